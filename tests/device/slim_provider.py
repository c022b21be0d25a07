#!/usr/bin/env python3
"""Blanks the kernels of a CUDA library that are for other GPUs, so that it packs into a fraction of its size.

    slim_provider.py IN OUT ARCHITECTURE...      (90 is an H100 or H200)

The section .nv_fatbin is a row of containers (magic, version, header bytes, content bytes), each a row of entries (kind, version, header bytes,
content bytes, ..., architecture at byte 28). Headers stay as they are and the driver picks an entry by them; only contents for architectures
that were not named become zeros. A file that does not read to the end by these rules is refused.
"""
import struct
import sys

MAGIC = 0xBA55ED50


def section(image, wanted):
    (table,) = struct.unpack_from("<Q", image, 0x28)
    entry, count, names = struct.unpack_from("<HHH", image, 0x3A)
    rows = [struct.unpack_from("<IIQQQQ", image, table + index * entry) for index in range(count)]
    for name, _, _, _, offset, size in rows:
        start = rows[names][4] + name
        if image[start:image.index(b"\0", start)] == wanted:
            return offset, offset + size
    sys.exit("There is no section " + wanted.decode())


def main():
    source, target, architectures = sys.argv[1], sys.argv[2], {int(value) for value in sys.argv[3:]}
    image = bytearray(open(source, "rb").read())
    at, end = section(image, b".nv_fatbin")
    kept, blanked = {}, {}
    while at < end:
        magic, _, header, content = struct.unpack_from("<IHHQ", image, at)
        if magic != MAGIC:
            sys.exit(f"No container at {at:#x}: the file is of another make.")
        entry, stop = at + header, at + header + content
        while entry < stop:
            _, _, header, content = struct.unpack_from("<HHIQ", image, entry)
            (architecture,) = struct.unpack_from("<I", image, entry + 28)
            start = entry + header
            if architecture in architectures:
                kept[architecture] = kept.get(architecture, 0) + content
            else:
                image[start:start + content] = bytes(content)
                blanked[architecture] = blanked.get(architecture, 0) + content
            entry = start + content
        if entry != stop:
            sys.exit(f"The entries of the container at {at:#x} do not end with it: the file is of another make.")
        at = stop
    missing = architectures - kept.keys()
    if missing:
        sys.exit(f"There are no kernels for {sorted(missing)}; there are for {sorted(blanked)}.")
    open(target, "wb").write(image)
    print("kept", kept, "blanked", blanked)


if __name__ == "__main__":
    main()
