"""What else is in deploy/: each file is read by the program that it is for, or by our own code."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from places import DEPLOY, ROOT, need
from procession.kit.environment import read_env_file
from procession.kit.settings import setting_errors, unknown_variables

UNIT = DEPLOY / "systemd/procession.service"
#: Where the unit's program is, for who verifies it.
_WITH_PROGRAM = (
    "mount -t tmpfs tmpfs /opt && mkdir -p /opt/procession/bin && "
    "cp /bin/true /opt/procession/bin/procession && exec "
)


def systemd_analyze(*words: str) -> "subprocess.CompletedProcess[str]":
    need("systemd-analyze")
    command = f"{_WITH_PROGRAM} systemd-analyze {' '.join(words)}"
    return subprocess.run(
        ["unshare", "-m", "sh", "-c", command],
        check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def test_5_5_systemd_takes_the_unit_and_finds_it_safe() -> None:
    verified = systemd_analyze("verify", "--man=no", "--recursive-errors=no", str(UNIT))
    about_it = [line for line in verified.stderr.splitlines() if "procession" in line]
    assert (verified.returncode, about_it) == (0, [])
    safe = systemd_analyze("security", "--offline=yes", "--threshold=30", "--no-pager", str(UNIT))
    assert safe.returncode == 0, safe.stdout[-400:]


def test_5_5_the_environment_file_holds_settings_that_there_are() -> None:
    file = DEPLOY / "systemd/procession.env"
    shown = file.read_text().replace("\n#PROCESSION", "\nPROCESSION")
    for text in (file.read_text(), shown):
        given = dict(line.split("=", 1) for line in text.splitlines() if line.startswith("PROC"))
        assert given
        assert setting_errors(given) == []
        assert unknown_variables(given) == []
    assert read_env_file(file)["PROCESSION_MAIL_FROM"] == "Procession <procession@example.org>"


def test_5_5_the_alarms_are_taken_by_prometheus_and_go_off(tmp_path: Path) -> None:
    if shutil.which("promtool") is None:
        pytest.skip("it needs promtool (Debian has it in prometheus)")
    rules, tests = DEPLOY / "prometheus/alerts.yml", tmp_path / "alerts_test.yml"
    wanted = (Path(__file__).parent / "alerts_test.yml").read_text().replace("ALERTS", str(rules))
    tests.write_text(wanted)
    for words in (("check", "rules", str(rules)), ("test", "rules", str(tests))):
        done = subprocess.run(
            ["promtool", *words], check=False, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_5_5_the_alarms_look_at_metrics_that_there_are() -> None:
    sources = "".join(
        (ROOT / "src/procession" / name).read_text()
        for name in ("kit/meters.py", "worker/measuring.py")
    )
    named = set(re.findall(r"procession_(\w+)", (DEPLOY / "prometheus/alerts.yml").read_text()))
    assert named
    for name in named:
        made = re.sub(r"_(total|bucket)$", "", name)
        assert f'"procession_{made}"' in sources or f'"{made}"' in sources, name


def test_5_5_the_container_s_files_name_what_there_is() -> None:
    steps = (DEPLOY / "container/Containerfile").read_text()
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", steps, re.MULTILINE)
    assert copied
    for names in copied:
        assert all((ROOT / name).exists() for name in names.split()), names
    given = dict(re.findall(r"(PROCESSION_\w+)=(\S+)", steps))
    compose = (DEPLOY / "container/compose.yaml").read_text()
    given |= dict(re.findall(r"^      (PROCESSION_\w+): (\S+)$", compose, re.MULTILINE))
    assert unknown_variables(given) == []
    assert setting_errors({name: text for name, text in given.items() if "_FILE" not in name} | {
        "PROCESSION_DATABASE_URL": "sqlite:////a/b.db"
    }) == []  # fmt: skip
