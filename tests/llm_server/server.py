"""A real HTTP server on this machine that speaks /v1/chat/completions and misbehaves on request.

``script`` holds one behaviour for each request to come, then ``otherwise`` holds for ever. ``model`` answers: it is
given the messages and the names of the fields that the request asks for, and returns the content of the answer. The
server keeps every body and header, and measures how many requests it served at once.
"""

import json
import re
import socket
import struct
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def data_of(messages):
    """The text between the fences of a request."""
    match = re.search(r"<(\w+) ([0-9a-f]{16})>\n(.*)\n</\1 \2>\Z", messages[-1]["content"], re.DOTALL)
    return match[3] if match else ""


def fields_of(messages):
    """The fields that a request asks for, as its instructions list them."""
    return re.findall(r'^- "(\w+)":', messages[0]["content"], re.MULTILINE)


def echo(messages, fields):
    """The plainest honest model: each line of the section is quoted and is the value of every field."""
    lines = [line.strip(" -•") for line in data_of(messages).splitlines() if line.strip(" -•")]
    items = [{"quote": line, "value": line} for line in lines]
    languages = [{**item, "level": None} for item in items]
    return json.dumps({field: languages if field == "languages" else items for field in fields})


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    data_of = staticmethod(data_of)
    fields_of = staticmethod(fields_of)
    echo = staticmethod(echo)

    def __init__(self, model=echo):
        super().__init__(("127.0.0.1", 0), Handler)
        self.model = model
        self.script = []
        self.otherwise = "good"
        self.delay = 0.0
        self.models = ()
        self.listing = ""  # how the list of models is given, where not as it should be
        self.requests = []
        self.headers = []
        self.at_once = self.most_at_once = 0
        self.lock = threading.Lock()
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self.thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/v1"

    @property
    def contents(self):
        """What was asked, by the data between the fences."""
        return Counter(data_of(body["messages"]) for body in self.requests)

    def stop(self):
        self.shutdown()
        self.server_close()
        self.thread.join()

    def handle_error(self, request, client_address):
        """A client that went away is part of the tests."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one packet for head and body

    def log_message(self, *args):
        pass

    def do_GET(self):
        """The list of models, where the server has one."""
        if self.server.listing:
            name, _, argument = self.server.listing.partition(":")
            return getattr(self, f"do_{name}")(None, argument)
        models = self.server.models
        self.send(200 if models else 404, {"data": [{"id": name} for name in models or ()]})

    def do_POST(self):
        server = self.server
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with server.lock:
            server.requests.append(body)
            server.headers.append(dict(self.headers))
            behaviour = server.script.pop(0) if server.script else server.otherwise
            server.at_once += 1
            server.most_at_once = max(server.most_at_once, server.at_once)
        try:
            time.sleep(server.delay)
            name, _, argument = behaviour.partition(":")
            getattr(self, f"do_{name}")(body, argument)
        finally:
            with server.lock:
                server.at_once -= 1

    # What can happen. ``argument`` is what follows the colon in the script.

    def do_good(self, body, _):
        self.complete(body, self.answer(body))

    def do_reasoning(self, body, _):
        self.complete(body, f'<think>The CV says {{"so": 1}}.</think>\n{self.answer(body)}', reasoning="secret")

    def do_fenced(self, body, _):
        self.complete(body, f"Here you are:\n```json\n{self.answer(body)}\n```".removeprefix("Here you are:\n"))

    def do_truncated(self, body, _):
        answer = self.answer(body)
        self.complete(body, answer[: len(answer) // 2], finish="length")

    def do_circling(self, body, _):
        self.complete(body, self.answer(body)[:9] + "and planned the shifts, " * 40, finish="length")

    def do_torn(self, body, _):
        """Truncated, and says it is complete."""
        answer = self.answer(body)
        self.complete(body, answer[: len(answer) // 2])

    def do_wrong(self, body, _):
        self.complete(body, '{"answer": 42}')

    def do_prose(self, body, _):
        self.complete(body, "I could not find anything of that kind.")

    def do_nothing(self, body, _):
        self.complete(body, "")

    def do_status(self, body, argument):
        status, _, header = argument.partition(",")
        error = {"message": f"no: {json.dumps(body)} {self.headers.get('Authorization')}", "type": "test"}
        self.send(int(status), {"error": error}, {"Retry-After": header} if header else {})

    def do_refuse(self, body, argument):
        self.send(400, {"error": {"message": argument}})

    def do_html(self, body, _):
        self.send(200, "<html>Welcome to the portal</html>")

    def do_redirect(self, body, argument):
        self.send(307, {}, {"Location": argument})

    def do_slow(self, body, argument):
        time.sleep(float(argument))
        self.do_good(body, "")

    def do_drip(self, body, argument):
        """Headers at once, then a byte now and then."""
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(int(argument)):
            self.wfile.write(b" ")
            self.wfile.flush()
            time.sleep(0.05)
        self.close_connection = True

    def do_headers(self, body, argument):
        """A header that never ends, a byte now and then."""
        self.trickle(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x", argument)

    def do_continue(self, body, argument):
        """An interim answer now and then, and no other."""
        self.trickle(b"", b"HTTP/1.1 100 Continue\r\n\r\n", argument)

    def do_endless(self, body, argument):
        """A body without a length: it ends where the connection does."""
        self.trickle(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n", b"{", argument)

    def trickle(self, first, piece, times):
        self.wfile.write(first)
        for _ in range(int(times)):
            self.wfile.write(piece)
            self.wfile.flush()
            time.sleep(0.05)
        self.close_connection = True

    def do_reset(self, body, _):
        """Break the connection with a TCP reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def do_uncounted(self, body, _):
        self.complete(body, self.answer(body), usage=None)

    def do_only(self, body, argument):
        """Take only the ways to ask for JSON that ``argument`` lists; refuse others like most servers do."""
        way = body.get("response_format", {}).get("type", "text")
        if way in argument.split(","):
            return self.do_good(body, "")
        return self.send(400, {"error": {"message": f"'response_format' of type {way} is not supported"}})

    def do_ignore(self, body, _):
        """Take any ``response_format`` and keep to none: prose unless the instructions hold the schema."""
        if "JSON schema" in body["messages"][0]["content"]:
            return self.do_good(body, "")
        return self.do_prose(body, "")

    def do_modern(self, body, _):
        """Refuse ``max_tokens`` and ``temperature``, as newer models of one vendor do."""
        for name, other in (("max_tokens", "Use 'max_completion_tokens' instead."), ("temperature", "")):
            if name in body:
                message = f"Unsupported parameter: '{name}' is not supported with this model. {other}"
                return self.send(400, {"error": {"message": message, "param": name}})
        return self.do_good(body, "")

    def answer(self, body):
        return self.server.model(body["messages"], fields_of(body["messages"]))

    def complete(self, body, content, finish="stop", reasoning=None, usage="count"):
        message = {"role": "assistant", "content": content}
        if reasoning:
            message["reasoning_content"] = reasoning
        value = {"choices": [{"index": 0, "message": message, "finish_reason": finish}]}
        if usage:
            sent = sum(len(m["content"]) for m in body["messages"]) // 4
            value["usage"] = {"prompt_tokens": sent, "completion_tokens": len(content) // 4}
        self.send(200, value)

    def send(self, status, value, headers=()):
        data = (value if isinstance(value, str) else json.dumps(value)).encode()
        self.send_response(status)
        always = {"Content-Type": "application/json", "Content-Length": str(len(data))}
        for name, text in {**always, **dict(headers)}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(data)
