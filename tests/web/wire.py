"""Clients that write bytes to the socket as they please."""

from __future__ import annotations

import socket
import time
from contextlib import suppress


def connect(address, *, receive_buffer=None):
    """A connection to the server at *address*."""
    host, port = address.removeprefix("http://").split(":")
    connection = socket.socket()
    if receive_buffer is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    connection.settimeout(30)
    connection.connect((host, int(port)))
    return connection


def told(connection):
    """All that the server says until it closes or breaks off."""
    said = b""
    with suppress(ConnectionError):
        while part := connection.recv(1 << 16):
            said += part
    return said


def answer_to(address, *parts):
    """What the server says to *parts*, sent one after the other, until it closes."""
    with connect(address) as connection:
        for part in parts:
            connection.sendall(part)
        return told(connection)


def drip(connection, *, bytes_each=b"x", pause_s=0.2, longest_s=60):
    """Send a little again and again; how many seconds it took until the server closed, and what it said before."""
    began = time.monotonic()
    connection.settimeout(pause_s)
    said = b""
    while time.monotonic() - began < longest_s:
        try:
            connection.sendall(bytes_each)
            part = connection.recv(1 << 16)
        except TimeoutError:
            continue
        except ConnectionError:
            break
        if not part:
            break
        said += part
    return time.monotonic() - began, said


def sip(connection, *, pause_s=1.0, longest_s=60):
    """Take a byte now and then; how many seconds it took until the server cut the connection off."""
    began = time.monotonic()
    while time.monotonic() - began < longest_s:
        connection.recv(1)
        if connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):  # what has come can still be read
            break
        time.sleep(pause_s)
    return time.monotonic() - began
