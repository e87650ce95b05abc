"""Both sides of a proxy, byte for byte: an upstream that keeps what it gets, and clients that send what they are told."""

import contextlib
import socket
import ssl
import threading

PATIENCE = 5
"""Seconds without a byte after which a side has said all that it will say."""


@contextlib.contextmanager
def listening(answer):
    """A port of loopback. `answer(socket)` is called for each connection, on a thread of its own."""
    server = socket.create_server(("127.0.0.1", 0), backlog=512)

    def serve(line):
        with contextlib.suppress(OSError), line:
            line.settimeout(PATIENCE)
            answer(line)

    def accept():
        with contextlib.suppress(OSError):
            while True:
                line, _ = server.accept()
                threading.Thread(target=serve, args=(line,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield server.getsockname()[1]
    finally:
        server.close()


def entered(context):
    """What a context gives, and something that ends it: the two that a suite's upstream is."""
    place = contextlib.ExitStack()
    return place.enter_context(context), place


def read_head(line):
    """Bytes until the end of a head, or of the connection, and what came after it."""
    got = b""
    while b"\r\n\r\n" not in got and b"\n\n" not in got:
        piece = line.recv(65536)
        if not piece:
            break
        got += piece
    return got


def read_all(line, patience):
    """Bytes until the connection ends or is silent for `patience` seconds; and whether it ended as it should."""
    got = b""
    line.settimeout(patience)
    try:
        while piece := line.recv(65536):
            got += piece
    except OSError:
        # Silence, a reset, or TLS cut off without its own end.
        return got, False
    return got, True


def connect(port, ca, protocol):
    """A TLS connection with the protocol chosen by ALPN."""
    context = ssl.create_default_context(cafile=ca)
    context.set_alpn_protocols([protocol])
    line = socket.create_connection(("127.0.0.1", port), PATIENCE)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    line = context.wrap_socket(line, server_hostname="localhost", suppress_ragged_eofs=False)
    if line.selected_alpn_protocol() not in (protocol, None):
        raise SystemExit(f"no {protocol}: {line.selected_alpn_protocol()}")
    return line


def exchange(port, ca, raw, patience=0.3):
    """What comes back for bytes sent over HTTP/1.1, and whether the connection ended properly."""
    with connect(port, ca, "http/1.1") as line:
        with contextlib.suppress(OSError):
            line.sendall(raw)
        return read_all(line, patience)


def exchange_http2(port, ca, fields, body=b"", patience=PATIENCE):
    """What comes back for one HTTP/2 request, sent unchecked: status, bytes of the body, whether it ended with
    END_STREAM."""
    from h2.config import H2Configuration
    from h2.connection import H2Connection
    from h2.events import DataReceived, ResponseReceived, StreamEnded, StreamReset, ConnectionTerminated
    from h2.exceptions import ProtocolError

    config = H2Configuration(client_side=True, header_encoding=None, validate_outbound_headers=False,
                             normalize_outbound_headers=False, validate_inbound_headers=False)
    status, got, ended = None, b"", False
    with connect(port, ca, "h2") as line:
        line.settimeout(patience)
        client = H2Connection(config)
        client.initiate_connection()
        client.increment_flow_control_window(1 << 24)
        stream = client.get_next_available_stream_id()
        client.send_headers(stream, fields, end_stream=not body)
        client.increment_flow_control_window(1 << 24, stream)
        if body:
            client.send_data(stream, body, end_stream=True)
        try:
            line.sendall(client.data_to_send())
            while True:
                piece = line.recv(65536)
                if not piece:
                    break
                for event in client.receive_data(piece):
                    if isinstance(event, ResponseReceived):
                        status = int(dict(event.headers)[b":status"])
                    elif isinstance(event, DataReceived):
                        got += event.data
                    elif isinstance(event, StreamEnded):
                        ended = True
                    elif isinstance(event, (StreamReset, ConnectionTerminated)):
                        return status, got, ended
                if ended:
                    break
                line.sendall(client.data_to_send())
        except (OSError, ProtocolError):
            pass
    return status, got, ended
