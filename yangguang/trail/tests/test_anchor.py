"""A checkpoint under the stamp of a time-stamping authority that these tests run themselves, with openssl."""

import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from yangguang.trail import anchor
from yangguang.trail.audit import altered
from yangguang.trail.models import Kind
from yangguang.trail.sequencer import integrate_now

OPENSSL = shutil.which("openssl")
pytestmark = [
    pytest.mark.skipif(OPENSSL is None, reason="没有找到 openssl，可信时间戳未测试"),
    pytest.mark.skipif(anchor.rfc3161 is None, reason="没有安装可选的 rfc3161-client，可信时间戳未测试"),
]
CONFIG = """
[req]
distinguished_name = dn
[dn]
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[tsa]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsr]
serial = {0}/serial
crypto_device = builtin
signer_cert = {0}/tsa.pem
signer_key = {0}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256,sha384,sha512
accuracy = secs:1
ess_cert_id_alg = sha256
"""


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tsa")
    (folder / "conf").write_text(CONFIG.format(folder))
    (folder / "serial").write_text("01\n")

    def run(*arguments: str, **options) -> bytes:
        done = subprocess.run([OPENSSL, *arguments], cwd=folder, capture_output=True, timeout=60, **options)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    for name in ("root", "tsa", "other"):
        run(
            "req",
            "-config",
            "conf",
            "-new",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            f"{name}.key",
            "-out",
            f"{name}.csr",
            "-subj",
            f"/CN={name}",
        )
    for name in ("root", "other"):
        run(
            "x509",
            "-req",
            "-in",
            f"{name}.csr",
            "-signkey",
            f"{name}.key",
            "-days",
            "30",
            "-extfile",
            "conf",
            "-extensions",
            "root",
            "-out",
            f"{name}.pem",
        )
    run(
        "x509",
        "-req",
        "-in",
        "tsa.csr",
        "-CA",
        "root.pem",
        "-CAkey",
        "root.key",
        "-set_serial",
        "7",
        "-days",
        "30",
        "-extfile",
        "conf",
        "-extensions",
        "tsa",
        "-out",
        "tsa.pem",
    )

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            (folder / "query").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            run("ts", "-reply", "-config", "conf", "-section", "tsr", "-queryfile", "query", "-out", "answer")
            self.send_response(200)
            self.end_headers()
            self.wfile.write((folder / "answer").read_bytes())

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_checkpoint_is_stamped_kept_and_verified_again(memo, entries, authority):
    folder, url = authority
    root = (folder / "root.pem").read_bytes()
    with pytest.raises(anchor.NoStamp, match="还没有检查点"):
        anchor.anchor_now(url, root)
    entries(3)
    integrate_now()
    made = anchor.anchor_now(url, root)
    assert (made.size, made.entry.kind) == (3, Kind.ANCHOR)
    assert anchor.verified(bytes(made.token), made.checkpoint, root) == made.stated_at
    with pytest.raises(anchor.NoStamp):
        anchor.verified(bytes(made.token), made.checkpoint.replace("3", "4", 1), root)
    with pytest.raises(anchor.NoStamp):
        anchor.verified(bytes(made.token), made.checkpoint, (folder / "other.pem").read_bytes())
    with pytest.raises(anchor.NoStamp):
        anchor.verified(b"nonsense", made.checkpoint, root)
    integrate_now()
    assert list(altered(patience=0)) == []


def test_no_answer_and_no_address_are_said(memo, entries, authority):
    entries(1)
    integrate_now()
    root = (authority[0] / "root.pem").read_bytes()
    with pytest.raises(anchor.NoStamp, match="没有答复"):
        anchor.anchor_now("http://127.0.0.1:9/", root)
    with pytest.raises(anchor.NoStamp, match="不是 http"):
        anchor.anchor_now("ftp://x/", root)
