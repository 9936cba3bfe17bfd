"""Offline verifier of a ledger's proofs and checkpoints. 离线核验账本的凭证和检查点.

One file, Python 3.7 or newer and nothing else, no network; it shares no line with the program that
wrote the log. What it reads is described in docs/reference/ledger.md.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Hash = Callable[[bytes], bytes]
    Point = tuple[int, int, int, int]
    Key = tuple[str, bytes, int, bytes]  # name, id, kind, bytes
    Head = tuple[str, int, bytes]  # origin, size, root
    Line = tuple[str, bytes, bytes]  # name, key id, signature
    Note = tuple[Head, bytes, list[Line]]  # the middle: what is signed

GOOD, USAGE, REFUSED, NO_SM3, NO_KEY, FAULT = 0, 2, 3, 5, 6, 70
HELP = """用法：python3 verify.py 凭证或检查点 [--key 公钥]… [--witness 公钥]… [--held 检查点]…
  --key      账本的公钥（文件或文字），从公示、公文等可靠途径取得；不给就不能判断是谁签的。
  --witness  必须在场的见证方公钥（文件或文字），可重复。
  --held     手中以前留存的检查点（文件，有前三行即可）：核对历史没有被改写。
退出码：0 通过 · 2 用法不对 · 3 不通过 · 5 本机不会 SM3 · 6 自洽但没有给公钥 · 70 程序故障。
"""
ENTRY, CONSISTENCY = "shangji-ledger-entry/1", "shangji-ledger-consistency/1"
COMMON = {"format", "hash", "tree_size", "checkpoint", "keys"}
OF_ENTRY = {"entry", "leaf_index", "audit_path"}
WORDS = (
    "input=收到材料 pack=采用规则包 run=评审运行 result=评审结果 override=人工改判 decision=决定"
    " response=单位申辩 disclosure=公开"
)
KINDS = dict(pair.split("=") for pair in WORDS.split())
LOG, WITNESS = 1, 4
LARGEST, MOST, HASH, SIGNATURE, STAMP, HEAD = 16 * 1024 * 1024, 128, 32, 64, 8, 3
UNREADABLE = "读不出检查点，内容可能被改动或截断。"


class Refusal(Exception):  # noqa: N818 - a refusal is an outcome
    """Why something cannot be believed, in Chinese, with its exit code."""

    def __init__(self, says: str, code: int = REFUSED) -> None:
        super().__init__(says)
        self.code = code


def need(fact: object, says: str) -> None:
    """Refuse unless a fact holds."""
    if not fact:
        raise Refusal(says)


# Ed25519 (RFC 8032), checking only, strictly: one spelling of each point and number.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
NEUTRAL = (0, 1, 1, 0)


def add(one: Point, two: Point) -> Point:
    """Add two points in extended coordinates."""
    a = (one[1] - one[0]) * (two[1] - two[0])
    b = (one[1] + one[0]) * (two[1] + two[0])
    c, d = 2 * one[3] * two[3] * D, 2 * one[2] * two[2]
    e, f, g, h = (b - a) % P, (d - c) % P, (d + c) % P, (b + a) % P
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number: int, point: Point) -> Point:
    """Return a multiple of a point."""
    found = NEUTRAL
    while number:
        found = add(found, point) if number & 1 else found
        point, number = add(point, point), number >> 1
    return found


def point_of(data: bytes) -> Point | None:
    """Return the point that 32 bytes spell; None if it is off the curve or oddly spelt."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = x if x & 1 == sign else P - x
    return x, y, 1, x * y % P


def spelling(point: Point) -> bytes:
    """Return the 32 bytes of a point."""
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = point_of(bytes([0x58]) + bytes([0x66]) * 31) or NEUTRAL


def ed25519(key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether 64 bytes are the signature of a 32-byte key over a message."""
    if len(key) != HASH or len(signature) != SIGNATURE:
        return False
    point, s = point_of(key), int.from_bytes(signature[32:], "little")
    if point is None or s >= ORDER or spelling(times(8, point)) == spelling(NEUTRAL):
        return False
    hashed = hashlib.sha512(signature[:32] + key + message)
    k, minus = int.from_bytes(hashed.digest(), "little"), (P - point[0], point[1], 1, P - point[3])
    return spelling(add(times(s, BASE), times(k % ORDER, minus))) == signature[:32]


# The Merkle tree of RFC 9162, from the top down, as it is defined.
def hash_named(name: object) -> Hash:
    """Return the hash function of a log."""
    need(name in ("sha256", "sm3"), "不认识的散列算法。")
    try:
        hashlib.new(str(name))
    except ValueError as error:
        says = "本机的 OpenSSL 不会 SM3，不能核验这个账本；这不表示凭证不对。请换一台机器。"
        raise Refusal(says, NO_SM3) from error
    return lambda data: hashlib.new(str(name), data).digest()


def root_of(hashed: Hash, leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """Return the root to which an audit path leads."""
    need(0 <= index < size, "记录的编号超出账本。")
    need(bool(path) == (size > 1), "审计路径的长度不对。")
    if size == 1:
        return leaf
    half, rest, last = 1 << (size - 1).bit_length() - 1, path[:-1], path[-1]
    if index < half:
        return hashed(b"\x01" + root_of(hashed, leaf, index, half, rest) + last)
    return hashed(b"\x01" + last + root_of(hashed, leaf, index - half, size - half, rest))


def roots_of(
    hashed: Hash, old: int, new: int, path: list[bytes], known: bytes | None
) -> tuple[bytes, bytes]:
    """Return both roots to which a consistency proof leads; `known` is the old one, if whole."""
    if old == new:
        need(len(path) == (1 if known is None else 0), "一致性证明的长度不对。")
        found = path[0] if known is None else known
        return found, found
    need(path, "一致性证明的长度不对。")
    half, rest, last = 1 << (new - 1).bit_length() - 1, path[:-1], path[-1]
    if old <= half:
        low, high = roots_of(hashed, old, half, rest, known)
        return low, hashed(b"\x01" + high + last)
    low, high = roots_of(hashed, old - half, new - half, rest, None)
    return hashed(b"\x01" + last + low), hashed(b"\x01" + last + high)


def unpacked(text: object, says: str) -> bytes:
    """Return the bytes of base64 that is spelt in the one canonical way."""
    try:
        data = base64.b64decode(str(text).encode("ascii"), validate=True)
    except ValueError as error:
        raise Refusal(says) from error
    need(base64.b64encode(data).decode() == text, says)
    return data


def hashes_of(texts: object, says: str) -> list[bytes]:
    """Return the hashes of a proof."""
    found = [unpacked(text, says) for text in texts] if isinstance(texts, list) else None
    if found is None or len(found) > MOST or any(len(item) != HASH for item in found):
        raise Refusal(says)
    return found


def key_of(text: object) -> Key:
    """Read a public key."""
    name, _, rest = str(text).partition("+")
    key_id, _, packed = rest.partition("+")
    data = unpacked(packed, "读不出公钥。")
    need(len(data) == HASH + 1 and data[0] in (LOG, WITNESS), "读不出公钥。")
    right = hashlib.sha256(name.encode() + b"\n" + data).hexdigest()[:8]
    need(name and key_id == right, "公钥的编号与内容不符，可能抄错了字。")
    return name, bytes.fromhex(key_id), data[0], data[1:]


def head_of(text: str) -> Head:
    """Read the first three lines of a checkpoint: origin, size, root."""
    lines = text.split("\n")
    need(re.match(r"\S+\n(0|[1-9][0-9]{0,17})\n\S+(\n|$)", text), UNREADABLE)
    root = unpacked(lines[2], UNREADABLE)
    need(len(root) == HASH, UNREADABLE)
    return lines[0], int(lines[1]), root


def note_of(note: object) -> Note:
    """Read a checkpoint with its signature lines."""
    text, blank, rest = str(note).rpartition("\n\n")
    rows = rest.split("\n")
    good = blank and len(text.split("\n")) == HEAD and rows.pop() == ""
    need(good and 0 < len(rows) <= MOST, UNREADABLE)
    lines = []
    for row in rows:
        _, name, packed, *_ = (*row.split(" "), "", "")
        need(name and row == f"— {name} {packed}", UNREADABLE)
        data = unpacked(packed, UNREADABLE)
        lines.append((name, data[:4], data[4:]))
    return head_of(text), (text + "\n").encode(), lines


def signers(note: Note, keys: list[Key]) -> list[tuple[Key, int]]:
    """Check each line of a known key; return those keys with the witness's time."""
    (origin, _, _), text, lines = note
    found = []
    for name, key_id, signature in lines:
        for key in keys:
            if key[:2] != (name, key_id):
                continue
            seconds, message, signed = 0, text, signature
            if key[2] == WITNESS:
                seconds, signed = int.from_bytes(signature[:STAMP], "big"), signature[STAMP:]
                message = b"cosignature/v1\ntime %d\n%b" % (seconds, text)
            need(ed25519(key[3], signed, message), f"“{name}”的签名与内容不符。")
            found.append((key, seconds))
    own = any(key[2] == LOG and key[0] == origin for key, _ in found)
    need(own, "没有账本自己的签名，或签名的不是所给的公钥。")
    return found


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a JSON key that stands twice."""
    need(len({key for key, _ in pairs}) == len(pairs), "JSON 里有重复的键。")
    return dict(pairs)


def json_of(text: str, says: str) -> dict[str, Any]:
    """Read a JSON object strictly."""
    try:
        found = json.loads(text, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise Refusal(says) from error
    if not isinstance(found, dict):
        raise Refusal(says)
    return found


def canonical(value: object) -> str:
    """Return the one text of a JSON value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def say(text: str) -> None:
    """Print a line; what could trick a terminal is spelt out."""
    shown = "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in text)
    sys.stdout.write(shown + "\n")


def check_entry(bundle: dict[str, Any], hashed: Hash, size: int, root: bytes) -> None:
    """Check that the entry is in the log, and show it."""
    text, index = bundle["entry"], bundle["leaf_index"]
    entry = json_of(str(text), "记录读不出来。")
    need(canonical(entry) == text, "记录不是规范写法。")
    need(set(entry) == {"body", "body_digest", "kind", "when", "who"}, "记录的栏目不对。")
    body = canonical(entry["body"])
    same = hashlib.sha256(body.encode()).hexdigest() == entry["body_digest"]
    need(same or entry["body"] is None, "记录的内容与摘要不符。")
    need(type(index) is int, "记录的编号不对。")
    path = hashes_of(bundle["audit_path"], "审计路径读不出来。")
    found = root_of(hashed, hashed(b"\x00" + text.encode()), index, size, path)
    need(found == root, "记录通不到检查点的根：记录或路径被改动。")
    say(f"记录：第 {index} 号 · {KINDS.get(entry['kind'], entry['kind'])}")
    say(f"  时间：{entry['when']}（世界时） · 经办：{entry['who']}")
    say(f"  摘要：{entry['body_digest']}")
    say(f"  内容：{'（另存，只记摘要）' if entry['body'] is None else body}")
    say(f"✓ 这条记录在账本的前 {size} 条之中，一字未改")


def check_history(proof: object, hashed: Hash, head: Head) -> Note:
    """Check that the log only grew since an older checkpoint; return that one."""
    if not isinstance(proof, dict) or set(proof) != {"checkpoint", "path"}:
        raise Refusal("一致性证明的栏目不对。")
    note = note_of(proof["checkpoint"])
    (origin, old, old_root), (_, size, root) = note[0], head
    need(origin == head[0] and old <= size, "较早的检查点不属于这个账本，或并不较早。")
    path = hashes_of(proof["path"], "一致性证明读不出来。")
    empty = old == 0 and not path and old_root == hashed(b"")
    good = empty or (old and roots_of(hashed, old, size, path, old_root) == (old_root, root))
    need(good, "一致性证明不成立：历史可能被改写。")
    say(f"✓ 自第 {old} 条的检查点以来，账本只增未改")
    return note


def check_bundle(text: str) -> tuple[list[Note], list[Key]]:
    """Check a bundle by itself; return its checkpoints, the present one first, and its keys."""
    bundle = json_of(text, "凭证读不出来，可能被改动或截断。")
    kind = bundle.get("format")
    need(kind in (ENTRY, CONSISTENCY), "不认识的凭证格式。")
    more = OF_ENTRY | {"consistency"} & set(bundle) if kind == ENTRY else {"consistency"}
    need(set(bundle) == COMMON | more, "凭证的栏目不对。")
    need(isinstance(bundle["keys"], list), "读不出公钥。")
    need(bundle["keys"] == sorted(set(map(str, bundle["keys"]))), "读不出公钥。")
    keys = [key_of(item) for item in bundle["keys"]]
    hashed = hash_named(bundle["hash"])
    notes = [note_of(bundle["checkpoint"])]
    head, size = notes[0][0], bundle["tree_size"]
    need(type(size) is int and size == head[1], "凭证与检查点的条数不同。")
    if kind == ENTRY:
        check_entry(bundle, hashed, size, head[2])
    if "consistency" in bundle:
        notes.append(check_history(bundle["consistency"], hashed, head))
    used = [key for note in notes for key, _ in signers(note, keys)]
    whole = len(used) == sum(len(lines) for _, _, lines in notes) and set(used) == set(keys)
    need(whole, "凭证自带的公钥与签名对不上。")
    return notes, keys


def check(options: dict[str, list[str]]) -> int:
    """Check a file; return the exit code."""
    text = read(options["file"][0])
    bundled = text.lstrip().startswith("{")
    notes, own = check_bundle(text) if bundled else ([note_of(text)], [])
    # A key is given as its text or as the file that holds it.
    trusted, witnesses = (
        [key_of((item if "+" in item else read(item)).strip()) for item in items]
        for items in (options["--key"], options["--witness"])
    )
    origin, size, root = notes[0][0]
    say(f"账本：{origin} · {size} 条 · 根 {base64.b64encode(root).decode()}")
    for item in options["--held"]:
        held = head_of(read(item))
        says = f"手中的检查点（{held[1]} 条）与所核的都不同，不能证明历史没有改写。"
        need(held in [head for head, _, _ in notes], says)
        say(f"✓ 与手中留存的检查点（{held[1]} 条）相同")
    if not trusted:
        names = "、".join(f"{name} 编号 {key_id.hex()}" for name, key_id, _, _ in own)
        says = f"没有用 --key 给出公钥：内容自洽，但不能判断是谁签的（凭证自称 {names}）。"
        raise Refusal(says, NO_KEY)
    found, *_ = [signers(note, trusted + witnesses) for note in notes]
    for (name, _, kind, _), seconds in found:
        when = time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime(seconds))
        say(f"✓ 见证方签名：{name} · {when}" if kind == WITNESS else f"✓ 账本签名：{name}")
    absent = [key[0] for key in witnesses if key not in [one for one, _ in found]]
    need(not absent, f"缺少见证方“{'、'.join(absent)}”的签名。")
    say("结论：核验通过。")
    return GOOD


def read(place: str) -> str:
    """Read a text file."""
    try:
        data = Path(place).read_bytes()[:LARGEST]
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except (OSError, ValueError) as error:
        raise Refusal(f"读不出文件“{place}”。") from error


def arguments(words: list[str]) -> dict[str, list[str]]:
    """Read the command line; without a file where it is wrong."""
    found: dict[str, list[str]] = {"file": [], "--key": [], "--witness": [], "--held": []}
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word.startswith("-") and word in found and rest:
            found[word].append(rest.pop(0))
        elif word.startswith("-") or found["file"]:
            return {"file": []}
        else:
            found["file"].append(word)
    return found


def main(words: list[str]) -> int:
    """Check what the command line names; print in Chinese; return the exit code."""
    options = arguments(words)
    if not options["file"]:
        sys.stdout.write(HELP)
        return GOOD if words in (["--help"], ["-h"]) else USAGE
    try:
        return check(options)
    except Refusal as refusal:
        refused = refusal.code == REFUSED
        say(f"{'×' if refused else '！'} {refusal}")
        say("结论：不能采信。" if refused else "结论：没有核验完，不表示通过。")
        return refusal.code
    except Exception as error:  # noqa: BLE001 - whatever it is, it is not a pass
        say(f"程序故障（{type(error).__name__}）：没有核验完，不表示通过。")
        return FAULT


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):  # a plain C locale cannot print Chinese
        plain = (sys.stdout.encoding or "ascii").lower() in ("ascii", "ansi_x3.4-1968", "us-ascii")
        sys.stdout.reconfigure(encoding="utf-8" if plain else None, errors="replace")
    sys.exit(main(sys.argv[1:]))
