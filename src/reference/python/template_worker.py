"""A PyWorker as templates have one, before a small model server of its own in the same process."""

import json
import os
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from vastai import BenchmarkConfig, HandlerConfig, LogActionConfig, Worker, WorkerConfig

WORDS = ["Once", " upon", " a", " time"]
lock = threading.Lock()
tries = Counter()
busy = 0
most_busy = 0
closed = []
release = threading.Semaphore(0)


class Model(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format, *args):
        pass

    def do_GET(self):
        self.answer({"ok": True})

    def do_POST(self):
        payload = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        getattr(self, self.path.strip("/").replace("/", "_"))(payload)

    def answer(self, body, status=200):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def chunks(self, content_type, chunks):
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for chunk in chunks:
            data = chunk.encode()
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
            self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")

    def v1_completions(self, payload):
        if not payload.get("stream"):
            self.answer({"choices": [{"text": "".join(WORDS)}], "asked": payload})
            return

        def events():
            yield ": keep-alive\n\n"
            for word in WORDS:
                if payload.get("paced"):
                    release.acquire()
                yield 'data: {"choices": [{"text": "%s"}]}\n\n' % word
            yield "data: [DONE]\n\n"

        self.chunks("text/event-stream", events())

    def generate_stream(self, payload):
        self.chunks(
            "text/event-stream",
            ['data:{"token": {"text": "%s"}}\n\n' % word for word in WORDS],
        )

    def lines(self, payload):
        self.chunks("application/x-ndjson", ['{"n": 1}\n{"n"', ': 2}\n', '\n{"n": 3}'])

    def release(self, payload):
        release.release()
        self.answer({})

    def flaky(self, payload):
        with lock:
            tries[payload["key"]] += 1
            tried = tries[payload["key"]]
        status = payload["status"] if tried <= payload["failures"] else 200
        self.answer({"tried": tried}, status)

    def tried(self, payload):
        self.answer({"tried": tries[payload["key"]]})

    def serial(self, payload):
        global busy, most_busy
        with lock:
            busy += 1
            most_busy = max(busy, most_busy)
        time.sleep(0.05)
        with lock:
            busy -= 1
        self.answer({"most": most_busy})

    def slow(self, payload):
        time.sleep(payload["seconds"])
        self.answer({})

    def full(self, payload):
        self.answer({})

    def process(self, payload):
        self.answer({"pid": os.getpid()})

    def cancel_task(self, payload):
        with lock:
            closed.append(payload)
        self.answer({})

    def closed(self, payload):
        self.answer({"closed": closed})


model = ThreadingHTTPServer(("127.0.0.1", 0), Model)
threading.Thread(target=model.serve_forever, daemon=True).start()
log = os.path.join(os.getcwd(), "model.log")
with open(log, "w") as out:
    out.write("model loaded\n")


def parallel(route):
    return HandlerConfig(route=route, allow_parallel_requests=True)


Worker(
    WorkerConfig(
        model_server_url="http://127.0.0.1",
        model_server_port=model.server_address[1],
        model_log_file=log,
        model_healthcheck_url="/health",
        max_sessions=2,
        handlers=[
            HandlerConfig(
                route="/v1/completions",
                allow_parallel_requests=True,
                benchmark_config=BenchmarkConfig(
                    dataset=[{"prompt": "x"}], runs=1, concurrency=1
                ),
                workload_calculator=lambda payload: float(payload.get("max_tokens", 1)),
            ),
            HandlerConfig(route="/serial"),
            HandlerConfig(route="/full", max_queue_time=-1.0),
            parallel("/generate_stream"),
            parallel("/lines"),
            parallel("/release"),
            parallel("/flaky"),
            parallel("/tried"),
            parallel("/slow"),
            parallel("/process"),
            parallel("/closed"),
        ],
        log_action_config=LogActionConfig(on_load=["model loaded"], on_error=[], on_info=[]),
    )
).run()
