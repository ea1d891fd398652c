"""A mail server that keeps what it takes: over a real socket, so that a sender can be killed in the middle of a letter."""

import re
import socketserver
import threading


class Sink:
    """Listens on a port of its own; `letters` are (Message-ID, text), in the order in which they were taken.

    hold: at which letter (counted from 1) it stops, "before" taking it or "after", until it is released; `reached` tells.
    """

    def __init__(self):
        self.letters, self.hold = [], {}
        self.reached, self.released, self._lock = threading.Event(), threading.Event(), threading.Lock()
        sink = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                try:
                    sink.talk(self.rfile, self.wfile)
                except OSError:
                    pass  # whoever sent is dead

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def talk(self, lines, answers):
        """Speak as much SMTP as a sender needs."""
        answers.write(b"220 sink\r\n")
        for line in lines:
            word = line.strip().upper()
            if word == b"DATA":
                answers.write(b"354 go on\r\n")
                self._take(lines, answers)
            elif word == b"QUIT":
                answers.write(b"221 bye\r\n")
                return
            else:
                answers.write(b"250 fine\r\n")

    def _take(self, lines, answers):
        text = b""
        for line in lines:
            if line.rstrip(b"\r\n") == b".":
                break
            text += line
        else:
            return  # the sender died in the middle of the text: nothing was taken
        number = re.search(rb"^Message-ID:\s*(<\S+>)", text, re.MULTILINE | re.IGNORECASE).group(1).decode()
        with self._lock:
            held = self.hold.pop(len(self.letters) + 1, "")
        if held == "before":
            self._wait()
            return  # it never took it
        with self._lock:
            self.letters.append((number, text.decode(errors="replace")))
        if held == "after":
            self._wait()
        answers.write(b"250 taken\r\n")

    def _wait(self):
        self.reached.set()
        self.released.wait(30)

    def again(self):
        """Go on, and be ready to hold once more."""
        self.released.set()
        self.reached, self.released = threading.Event(), threading.Event()

    def close(self):
        """End it."""
        self.released.set()
        self.server.shutdown()
        self.server.server_close()
