"""Make what services and NATS servers prove themselves with: an nkey per user, and certificates for TLS.

    python deploy/nats/credentials.py FOLDER [--tls NAME ...]

Below ``FOLDER`` each user gets a folder with ``nkey``, its seed, for ``NATS_NKEY_FILE``; ``server/users.env`` has
the public halves under the names that ``users.conf`` knows them by. With ``--tls`` there are ``server/cert.pem`` and
``server/key.pem``, one certificate for all the names, and ``ca.pem`` beside every ``nkey``, for ``NATS_CA_FILE``; the
authority's own key is not kept. What is there stays as it is: delete it to have it made anew.

It runs where a service is installed; certificates need the program ``openssl``.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import nkeys

USERS = ("gateway", "status", "portrait-worker", "video-worker", "operator", "system")
SERVER = "server"
NKEY = "nkey"
CA = "ca.pem"
_DAYS = "3650"
_EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
_AUTHORITY = """\
[req]
distinguished_name = name
x509_extensions = authority
[name]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
"""
"""Its own configuration, whatever the system's may be; with all that Python 3.13 and later insist on."""


def variable(user: str) -> str:
    """Return the name under which ``users.conf`` knows a user's public key."""
    return f"NATS_{user.upper().replace('-', '_')}_KEY"


def make_users(folder: Path) -> dict[str, str]:
    """Make the seeds that are missing; return every user's public key by its variable, as ``users.env`` has them."""
    keys = {variable(user): _public_key(folder / user / NKEY) for user in USERS}
    _write(folder / SERVER / "users.env", "".join(f"{name}={key}\n" for name, key in keys.items()))
    return keys


def make_certificates(folder: Path, names: Sequence[str]) -> None:
    """Make one certificate for servers of these names, and an authority that signed it, unless there is one."""
    server = folder / SERVER
    if (server / "cert.pem").exists():
        return
    with TemporaryDirectory() as made:
        ca, key, request, cert = (str(Path(made) / name) for name in (CA, "key.pem", "request.pem", "cert.pem"))
        ca_key, config, extensions = f"{made}/ca-key.pem", Path(made) / "config", Path(made) / "extensions"
        config.write_text(_AUTHORITY)
        extensions.write_text(_extensions(names))
        new = ("-config", str(config), *_EC)
        _openssl("req", "-x509", *new, "-keyout", ca_key, "-out", ca, "-days", _DAYS, "-subj", "/CN=Greenroom NATS")
        _openssl("req", "-new", *new, "-keyout", key, "-out", request, "-subj", f"/CN={names[0]}")
        signed = ("-CA", ca, "-CAkey", ca_key, "-set_serial", "1", "-days", _DAYS, "-extfile", str(extensions))
        _openssl("x509", "-req", "-in", request, "-out", cert, *signed)
        for holder in (SERVER, *USERS):
            _write(folder / holder / CA, Path(ca).read_text())
        _write(server / "key.pem", Path(key).read_text())
        _write(server / "cert.pem", Path(cert).read_text())


def _extensions(names: Sequence[str]) -> str:
    alternatives = ",".join(f"IP:{name}" if name.replace(".", "").isdigit() else f"DNS:{name}" for name in names)
    return (
        f"subjectAltName = {alternatives}\n"
        "basicConstraints = critical, CA:FALSE\n"
        "keyUsage = critical, digitalSignature\n"
        # Routes are mutual: towards another server, a server is a client.
        "extendedKeyUsage = serverAuth, clientAuth\n"
        "authorityKeyIdentifier = keyid\n"
        "subjectKeyIdentifier = hash\n"
    )


def _public_key(file: Path) -> str:
    if not file.exists():
        _write(file, nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_USER).decode() + "\n")
    key: bytes = nkeys.from_seed(bytearray(file.read_bytes().strip())).public_key
    return key.decode()


def _write(file: Path, text: str) -> None:
    # Whole or not at all, for whoever starts meanwhile. Who may read it is decided by who is given its folder.
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".part")
    unfinished.write_text(text)
    unfinished.rename(file)


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def main(arguments: Sequence[str]) -> int:
    """Run the command and return its exit code."""
    options = argparse.ArgumentParser(prog="credentials.py", description="Make nkeys and certificates for NATS.")
    options.add_argument("folder", type=Path)
    options.add_argument("--tls", nargs="+", metavar="NAME", default=[], help="names of servers, for a certificate")
    given = options.parse_args(arguments)
    # One made here is for whoever makes it; a container's volumes are there already, each for the one it is given to.
    given.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    make_users(given.folder)
    if given.tls:
        try:
            make_certificates(given.folder, given.tls)
        except FileNotFoundError:
            print("Certificates need openssl, which is not installed here.", file=sys.stderr)
            return 1
        except subprocess.CalledProcessError as problem:
            print(f"openssl failed: {problem.stderr.decode().strip()}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
