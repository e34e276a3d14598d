#!/usr/bin/env bash
# The Containerfile's steps without podman: in a fresh root made by mmdebstrap, as its user, read-only
# but for the volume and /tmp, until /health answers. Needs root and Debian's packages; takes minutes.
set -euo pipefail
cd "$(dirname "$0")/../.."
here=$PWD
root=$(mktemp -d "${TMPDIR:-/tmp}/procession-root.XXXXXX")
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"

echo "== the base image, and its packages =="
mmdebstrap --variant=minbase --quiet --include=python3,python3-venv,ca-certificates bookworm "$root"

echo "== /opt/procession, from the locked files =="
mkdir "$root/source"
cp -r requirements pyproject.toml README.md LICENSE "$root/source"
mkdir "$root/source/src"
(cd src && tar -c --exclude=__pycache__ --exclude='*.egg-info' procession) | tar -x -C "$root/source/src"
# As this machine reaches the registry of packages.
cp /etc/resolv.conf "$root/etc/resolv.conf"
for file in /etc/pip.conf "$HOME/.config/pip/pip.conf" "$HOME/.pip/pip.conf"; do
  [ -e "$file" ] && cp "$file" "$root/etc/pip.conf"
done
cp -L "${PIP_CERT:-/etc/ssl/certs/ca-certificates.crt}" "$root/etc/ssl/certs/ca-certificates.crt"
inside() {
  env -u PIP_FIND_LINKS ${PIP_CERT:+PIP_CERT=/etc/ssl/certs/ca-certificates.crt} \
    unshare --mount --fork chroot "$root" "$@"
}
inside python3 -m venv /opt/procession
inside /opt/procession/bin/pip install -q --no-cache-dir --require-hashes -r /source/requirements/build.txt
inside /opt/procession/bin/pip install -q --no-cache-dir --require-hashes --no-build-isolation -r /source/requirements/run.txt
inside /opt/procession/bin/pip install -q --no-cache-dir --no-deps --no-build-isolation /source
rm -rf "$root/source"
inside useradd --system --uid 10001 --home-dir /var/lib/procession --create-home procession

echo "== as its user, read-only but for the volume and /tmp, in a network of its own =="
cat > "$root/serve.sh" <<'INNER'
set -eu
export PATH=/opt/procession/bin:/usr/bin:/bin PYTHONDONTWRITEBYTECODE=1 PROCESSION_HOST=0.0.0.0
export PROCESSION_DATABASE_URL=sqlite:////var/lib/procession/procession.db
cd /var/lib/procession
! touch /opt/procession/x 2>/dev/null || { echo "the root can be written"; exit 1; }
procession migrate
procession serve & server=$!
for _ in $(seq 300); do
  if python3 -c "import urllib.request as u; print(u.urlopen('http://127.0.0.1:8000/health', timeout=4).read().decode())" 2>/dev/null
  then kill $server; wait $server; exit 0; fi
  sleep 0.2
done
echo "/health did not answer"; kill $server; exit 1
INNER
unshare --mount --net --pid --fork sh -eu -c '
  root=$1
  ip link set lo up
  mount --bind "$root" "$root"
  mount -t tmpfs tmpfs "$root/tmp"
  mount -t tmpfs -o mode=700,uid=10001,gid=10001 tmpfs "$root/var/lib/procession"
  mount -t proc proc "$root/proc"
  mount --bind /dev "$root/dev"
  mount -o remount,bind,ro "$root"
  exec chroot --userspec=10001:10001 "$root" sh /serve.sh' sh "$root"
echo "== the container answers =="
