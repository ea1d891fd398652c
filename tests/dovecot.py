"""A real mailbox: Dovecot as whoever runs the tests, in a folder of its own, on a free port, filled over IMAP."""

import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

PROGRAM = shutil.which("dovecot") or ("/usr/sbin/dovecot" if Path("/usr/sbin/dovecot").exists() else "")
USER, PASSWORD = "service@example.com", "p@ss/w rd"
CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {at}/run
log_path = {at}/log
ssl = no
disable_plaintext_auth = no
default_login_user = {login}
default_internal_user = {login}
default_internal_group = {group}
first_valid_uid = 1
mail_location = maildir:{at}/mail
mail_max_userip_connections = 50
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {at}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={at}/home
}}
"""


class Mailbox:
    """Runs until it is closed; `url` is how Bylaw is told of it, `put` delivers a letter."""

    def __init__(self):
        self.at = Path(tempfile.mkdtemp(prefix="bylaw-mailbox-"))
        # mail is never read as root: who runs as root has it read as the user that Debian made for it
        owner = pwd.getpwuid(os.getuid()) if os.getuid() else pwd.getpwnam("dovecot")
        login = owner.pw_name
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        values = {"at": self.at, "port": self.port, "uid": owner.pw_uid, "gid": owner.pw_gid, "login": login}
        group = subprocess.run(["id", "-gn", login], capture_output=True, text=True, check=True).stdout.strip()
        (self.at / "conf").write_text(CONFIG.format(group=group, **values))
        (self.at / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}:::::\n")
        for path in (self.at, *self.at.iterdir()):
            path.chmod(0o755 if path.is_dir() else 0o644)
            if not os.getuid():
                os.chown(path, owner.pw_uid, owner.pw_gid)
        self.process = subprocess.Popen([PROGRAM, "-F", "-c", str(self.at / "conf")])
        self._wait()

    @property
    def url(self):
        """Its address, the name and password quoted."""
        return f"imap://service%40example.com:p%40ss%2Fw%20rd@127.0.0.1:{self.port}/INBOX"

    def box(self):
        """A connection of one's own."""
        box = imaplib.IMAP4("127.0.0.1", self.port, timeout=20)
        box.login(USER, PASSWORD)
        return box

    def put(self, *letters):
        """Deliver letters (bytes), in their order."""
        box = self.box()
        for letter in letters:
            status, answer = box.append("INBOX", None, None, letter)
            assert status == "OK", answer
        box.logout()

    def close(self):
        """End it."""
        self.process.terminate()
        self.process.wait(20)
        shutil.rmtree(self.at, ignore_errors=True)

    def _wait(self):
        until = time.monotonic() + 20
        while True:
            try:
                self.box().logout()
                return
            except (OSError, imaplib.IMAP4.error):
                if time.monotonic() > until or self.process.poll() is not None:
                    log = self.at / "log"
                    raise RuntimeError(log.read_text() if log.exists() else "no log") from None
                time.sleep(0.05)
