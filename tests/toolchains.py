"""The example clients: what each needs on this machine, how to build it and how to run it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

CLIENTS_FOLDER = Path(__file__).parents[1] / "examples" / "clients"
CPP_HEADER = "cpprest/http_client.h"
CPP_LIBRARIES = ("-lcpprest", "-lboost_system", "-lssl", "-lcrypto", "-pthread")


@dataclass(frozen=True)
class Client:
    """An example client, and the commands (or the C++ header) without which it cannot be tried."""

    name: str
    source: Path
    needs: tuple[str, ...]


CLIENTS = [
    Client("python", CLIENTS_FOLDER / "python" / "archive_process.py", ()),
    Client("javascript", CLIENTS_FOLDER / "javascript" / "archive-process.mjs", ("node",)),
    Client("go", CLIENTS_FOLDER / "go" / "archive_process.go", ("go",)),
    Client("java", CLIENTS_FOLDER / "java" / "ArchiveProcess.java", ("javac", "java")),
    Client("cpp", CLIENTS_FOLDER / "cpp" / "archive_process.cpp", ("g++", CPP_HEADER)),
    Client("csharp", CLIENTS_FOLDER / "csharp" / "ArchiveProcess.csproj", ("dotnet",)),
]


def missing_tools(client: Client) -> list[str]:
    """Whatever the client needs and this machine lacks."""
    return [need for need in client.needs if not _is_here(need)]


def build(client: Client, into: Path) -> list[str]:
    """Compile the client into a folder, if its language asks for that; returns how to run it."""
    into = into.resolve()
    source, program = client.source, into / client.source.stem
    if client.name == "python":
        return [sys.executable, str(source)]
    if client.name == "javascript":
        return ["node", str(source)]
    if client.name == "go":
        # No network, and no version stamp: the sources may lie in somebody else's repository.
        offline = {"GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local", "GOPROXY": "off"}
        _run(["go", "build", "-buildvcs=false", "-o", str(program), "."], into, source, **offline)
        return [str(program)]
    if client.name == "java":
        _run(["javac", "-d", str(into), source.name], into, source)
        return ["java", "-cp", str(into), source.stem]
    if client.name == "cpp":
        command = ["g++", "-std=c++17", source.name, "-o", str(program), *CPP_LIBRARIES]
        _run(command, into, source)
        return [str(program)]
    if client.name == "csharp":
        copy = into / "source"  # the build leaves files beside the project
        leftovers = shutil.ignore_patterns("bin", "obj")
        shutil.copytree(source.parent, copy, ignore=leftovers, dirs_exist_ok=True)
        command = ["dotnet", "build", "--nologo", "-c", "Release", "-o", str(into / "out")]
        _run(command, into, copy / source.name)
        return ["dotnet", str(into / "out" / f"{source.stem}.dll")]
    raise ValueError(f"no recipe for {client.name}")


def _is_here(need: str) -> bool:
    if need != CPP_HEADER:
        return shutil.which(need) is not None
    if shutil.which("g++") is None:
        return False
    question = f"#if !__has_include(<{need}>)\n#error missing\n#endif\n".encode()
    command = ["g++", "-E", "-x", "c++", "-"]
    return subprocess.run(command, input=question, capture_output=True, check=False).returncode == 0


def _run(command: list[str], into: Path, source: Path, **environment: str) -> None:
    """Run a compiler in the folder of the source; where there is no home, the target serves."""
    home = {} if "HOME" in os.environ else {"HOME": str(into)}
    env = {**os.environ, **home, **environment}
    done = subprocess.run(
        command, cwd=source.parent, env=env, text=True, capture_output=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
