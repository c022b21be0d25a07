namespace MGLMM.Conversion.Checkpoints.Torch;

/// <summary>The pickle opcodes that a state dict saved with protocol 2 needs. No other is interpreted.</summary>
internal enum PickleOpcode : byte
{
    /// <summary>Start a run of stack items.</summary>
    Mark = (byte)'(',

    /// <summary>End of the pickle.</summary>
    Stop = (byte)'.',

    /// <summary>Push None.</summary>
    None = (byte)'N',

    /// <summary>Push a 4-byte signed integer.</summary>
    BinInt = (byte)'J',

    /// <summary>Push a 1-byte unsigned integer.</summary>
    BinInt1 = (byte)'K',

    /// <summary>Push a 2-byte unsigned integer.</summary>
    BinInt2 = (byte)'M',

    /// <summary>Push an integer of up to 255 bytes.</summary>
    Long1 = 0x8A,

    /// <summary>Push an 8-byte big-endian float.</summary>
    BinFloat = (byte)'G',

    /// <summary>Push UTF-8 text with a 4-byte length.</summary>
    BinUnicode = (byte)'X',

    /// <summary>Push a Python 2 string with a 1-byte length.</summary>
    ShortBinString = (byte)'U',

    /// <summary>Push true.</summary>
    NewTrue = 0x88,

    /// <summary>Push false.</summary>
    NewFalse = 0x89,

    /// <summary>Push an empty tuple.</summary>
    EmptyTuple = (byte)')',

    /// <summary>Make a tuple of a run.</summary>
    Tuple = (byte)'t',

    /// <summary>Make a tuple of one item.</summary>
    Tuple1 = 0x85,

    /// <summary>Make a tuple of two items.</summary>
    Tuple2 = 0x86,

    /// <summary>Make a tuple of three items.</summary>
    Tuple3 = 0x87,

    /// <summary>Push an empty list.</summary>
    EmptyList = (byte)']',

    /// <summary>Append an item to a list.</summary>
    Append = (byte)'a',

    /// <summary>Append a run to a list.</summary>
    Appends = (byte)'e',

    /// <summary>Push an empty dictionary.</summary>
    EmptyDict = (byte)'}',

    /// <summary>Add a key and value to a dictionary.</summary>
    SetItem = (byte)'s',

    /// <summary>Add a run of keys and values to a dictionary.</summary>
    SetItems = (byte)'u',

    /// <summary>Push an empty set.</summary>
    EmptySet = 0x8F,

    /// <summary>Remember the top under a 1-byte number.</summary>
    BinPut = (byte)'q',

    /// <summary>Remember the top under a 4-byte number.</summary>
    LongBinPut = (byte)'r',

    /// <summary>Push what is remembered under a 1-byte number.</summary>
    BinGet = (byte)'h',

    /// <summary>Push what is remembered under a 4-byte number.</summary>
    LongBinGet = (byte)'j',

    /// <summary>Push a class or function by module and name; here only names on the allow-list.</summary>
    Global = (byte)'c',

    /// <summary>Call a global; here: describe what the call would build.</summary>
    Reduce = (byte)'R',

    /// <summary>Make an object of a class; here as <see cref="Reduce"/>.</summary>
    NewObj = 0x81,

    /// <summary>Give an object its state; here dictionaries only, and the state is dropped.</summary>
    Build = (byte)'b',

    /// <summary>Push what a persistent id stands for: a storage.</summary>
    BinPersId = (byte)'Q',

    /// <summary>The protocol number.</summary>
    Proto = 0x80,
}

/// <summary>Names of pickle opcodes for messages.</summary>
internal static class PickleOpcodeNames
{
    /// <summary>Python's name of an opcode (<c>pickletools</c>), known to this reader or not.</summary>
    public static string NameOf(byte opcode) => opcode switch
    {
        (byte)'(' => "MARK",
        (byte)'.' => "STOP",
        (byte)'0' => "POP",
        (byte)'1' => "POP_MARK",
        (byte)'2' => "DUP",
        (byte)'F' => "FLOAT",
        (byte)'I' => "INT",
        (byte)'J' => "BININT",
        (byte)'K' => "BININT1",
        (byte)'L' => "LONG",
        (byte)'M' => "BININT2",
        (byte)'N' => "NONE",
        (byte)'P' => "PERSID",
        (byte)'Q' => "BINPERSID",
        (byte)'R' => "REDUCE",
        (byte)'S' => "STRING",
        (byte)'T' => "BINSTRING",
        (byte)'U' => "SHORT_BINSTRING",
        (byte)'V' => "UNICODE",
        (byte)'X' => "BINUNICODE",
        (byte)'a' => "APPEND",
        (byte)'b' => "BUILD",
        (byte)'c' => "GLOBAL",
        (byte)'d' => "DICT",
        (byte)'}' => "EMPTY_DICT",
        (byte)'e' => "APPENDS",
        (byte)'g' => "GET",
        (byte)'h' => "BINGET",
        (byte)'i' => "INST",
        (byte)'j' => "LONG_BINGET",
        (byte)'l' => "LIST",
        (byte)']' => "EMPTY_LIST",
        (byte)'o' => "OBJ",
        (byte)'p' => "PUT",
        (byte)'q' => "BINPUT",
        (byte)'r' => "LONG_BINPUT",
        (byte)'s' => "SETITEM",
        (byte)'t' => "TUPLE",
        (byte)')' => "EMPTY_TUPLE",
        (byte)'u' => "SETITEMS",
        (byte)'G' => "BINFLOAT",
        (byte)'B' => "BINBYTES",
        (byte)'C' => "SHORT_BINBYTES",
        0x80 => "PROTO",
        0x81 => "NEWOBJ",
        0x82 => "EXT1",
        0x83 => "EXT2",
        0x84 => "EXT4",
        0x85 => "TUPLE1",
        0x86 => "TUPLE2",
        0x87 => "TUPLE3",
        0x88 => "NEWTRUE",
        0x89 => "NEWFALSE",
        0x8A => "LONG1",
        0x8B => "LONG4",
        0x8C => "SHORT_BINUNICODE",
        0x8D => "BINUNICODE8",
        0x8E => "BINBYTES8",
        0x8F => "EMPTY_SET",
        0x90 => "ADDITEMS",
        0x91 => "FROZENSET",
        0x92 => "NEWOBJ_EX",
        0x93 => "STACK_GLOBAL",
        0x94 => "MEMOIZE",
        0x95 => "FRAME",
        0x96 => "BYTEARRAY8",
        0x97 => "NEXT_BUFFER",
        0x98 => "READONLY_BUFFER",
        _ => "unknown",
    };
}
