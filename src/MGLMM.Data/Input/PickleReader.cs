using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace MGLMM.Data.Input;

/// <summary>
/// Reads Python pickles that hold nothing but dicts, lists, tuples, texts, numbers, truth values and None. Nothing is ever imported, called or
/// made: an instruction beyond that ends the reading with an error that names it. (The instructions' meaning: CPython's <c>pickletools</c>.)
/// </summary>
/// <remarks>
/// Values come as <see cref="PickleDictionary"/>, <see cref="List{T}"/> of values (tuples too), string, long, <see cref="BigInteger"/>, double, bool and
/// null. Texts of Python 2, which are bytes, are read as UTF-8 or, failing that, as Latin-1.
/// </remarks>
internal ref struct PickleReader
{
    private const int MaximumStack = 1 << 20;

    private static readonly object Null = new();
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly string _path;
    private readonly List<object> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<long, object> _memo = [];
    private int _at;
    private int _instruction;

    private PickleReader(ReadOnlySpan<byte> bytes, string path)
    {
        _bytes = bytes;
        _path = path;
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or holds more than data.</exception>
    public static object? Read(string path) => Read(File.ReadAllBytes(path), path);

    /// <summary>Reads a pickle.</summary>
    /// <param name="bytes">The pickle.</param>
    /// <param name="path">What errors call it.</param>
    /// <exception cref="InvalidDataException">It is damaged, or holds more than data.</exception>
    public static object? Read(ReadOnlySpan<byte> bytes, string path)
    {
        PickleReader reader = new(bytes, path);
        return reader.Run();
    }

    private object? Run()
    {
        while (true)
        {
            _instruction = _at;
            byte code = Byte();
            switch ((char)code)
            {
                case '.':
                    object result = Pop();

                    // A pickle is one value. What is left over says that its end stands in the middle of it, and half of a list is no list.
                    return _stack.Count == 0 && _marks.Count == 0 && _at == _bytes.Length ? Plain(result) : throw Damaged("ends before its last value is whole");
                case '(':
                    _marks.Add(_stack.Count < MaximumStack && _marks.Count < MaximumStack ? _stack.Count : throw Damaged("has too many open lists"));
                    break;
                case '0':
                    Pop();
                    break;
                case '1':
                    PopRun();
                    break;
                case '2':
                    Push(Peek());
                    break;
                case 'N':
                    Push(Null);
                    break;
                case 'I':
                    Push(Line() switch { "00" => false, "01" => true, var digits => Whole(digits) });
                    break;
                case 'L':
                    Push(Whole(Line().TrimEnd('L')));
                    break;
                case 'F':
                    Push(double.TryParse(Line(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : throw Damaged("has a number that is none"));
                    break;
                case 'J':
                    Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4)));
                    break;
                case 'K':
                    Push((long)Byte());
                    break;
                case 'M':
                    Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2)));
                    break;
                case 'G':
                    Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8)));
                    break;
                case 'S':
                    Push(Quoted(Line()));
                    break;
                case 'T':
                    Push(Bytes(Take(Length(4))));
                    break;
                case 'U':
                    Push(Bytes(Take(Byte())));
                    break;
                case 'V':
                    Push(RawEscapes(Line()));
                    break;
                case 'X':
                    Push(Utf8(Take(Length(4))));
                    break;
                case ']':
                    Push(new List<object?>());
                    break;
                case ')':
                    Push(new List<object?>());
                    break;
                case '}':
                    Push(new PickleDictionary());
                    break;
                case 'l' or 't':
                    Push(PopRun().ConvertAll(Plain));
                    break;
                case 'd':
                    List<object> run = PopRun();
                    Push(new PickleDictionary());
                    Set(run);
                    break;
                case 'a':
                    object item = Pop();
                    List().Add(Plain(item));
                    break;
                case 'e':
                    List<object> items = PopRun();
                    List().AddRange(items.Select(Plain));
                    break;
                case 's':
                    object value = Pop();
                    object key = Pop();
                    Set([key, value]);
                    break;
                case 'u':
                    Set(PopRun());
                    break;
                case 'p':
                    _memo[Number(Line())] = Peek();
                    break;
                case 'q':
                    _memo[Byte()] = Peek();
                    break;
                case 'r':
                    _memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Peek();
                    break;
                case 'g':
                    Recall(Number(Line()));
                    break;
                case 'h':
                    Recall(Byte());
                    break;
                case 'j':
                    Recall(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)));
                    break;
                case '\u0080':
                    Byte();
                    break;
                case '\u0085' or '\u0086' or '\u0087':
                    List<object?> parts = new();
                    for (int count = code - 0x84; count > 0; count--)
                    {
                        parts.Insert(0, Plain(Pop()));
                    }

                    Push(parts);
                    break;
                case '\u0088' or '\u0089':
                    Push(code == 0x88);
                    break;
                case '\u008a':
                    Push(Whole(Take(Byte())));
                    break;
                case '\u008b':
                    Push(Whole(Take(Length(4))));
                    break;
                case '\u008c':
                    Push(Utf8(Take(Byte())));
                    break;
                case '\u008d':
                    Push(Utf8(Take(Length(8))));
                    break;
                case '\u0094':
                    _memo[_memo.Count] = Peek();
                    break;
                case '\u0095':
                    Take(8);
                    break;
                default:
                    throw Fault.At(_path, null, $"its pickle does more than hold data: {NameOf(code)} at byte {_instruction}. Dicts, lists, texts and numbers are read; nothing is ever run. Save the list anew with json or with pickle protocol 2 from plain values.");
            }
        }
    }

    private void Set(List<object> run)
    {
        if (Peek() is not PickleDictionary dictionary || run.Count % 2 != 0)
        {
            throw Damaged("sets a key of what is no dict, or a key without a value");
        }

        for (int index = 0; index < run.Count; index += 2)
        {
            dictionary.Add(Plain(run[index]), Plain(run[index + 1]));
        }
    }

    private readonly List<object?> List() => Peek() as List<object?> ?? throw Damaged("adds to what is no list");

    private readonly void Recall(long number) => Push(_memo.TryGetValue(number, out object? value) ? value : throw Damaged($"recalls value {number}, which it never kept"));

    private readonly void Push(object value)
    {
        if (_stack.Count >= MaximumStack)
        {
            throw Damaged("needs too deep a stack");
        }

        _stack.Add(value);
    }

    private readonly object Peek() => _stack.Count > (_marks.Count == 0 ? 0 : _marks[^1]) ? _stack[^1] : throw Damaged("takes a value where there is none");

    private readonly object Pop()
    {
        object top = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return top;
    }

    private readonly List<object> PopRun()
    {
        if (_marks.Count == 0)
        {
            throw Damaged("ends a list that never began");
        }

        int start = _marks[^1];
        _marks.RemoveAt(_marks.Count - 1);
        List<object> run = _stack.GetRange(start, _stack.Count - start);
        _stack.RemoveRange(start, run.Count);
        return run;
    }

    private static object? Plain(object value) => ReferenceEquals(value, Null) ? null : value;

    private byte Byte() => Take(1)[0];

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _bytes.Length - _at)
        {
            throw Damaged("ends too early");
        }

        ReadOnlySpan<byte> taken = _bytes.Slice(_at, length);
        _at += length;
        return taken;
    }

    private int Length(int bytes)
    {
        ulong length = bytes == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(Take(4)) : BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
        return length <= int.MaxValue ? (int)length : throw Damaged("has a length beyond its end");
    }

    private string Line()
    {
        int end = _bytes[_at..].IndexOf((byte)'\n');
        if (end < 0)
        {
            throw Damaged("ends in the middle of a line");
        }

        string line = Encoding.Latin1.GetString(_bytes.Slice(_at, end)).TrimEnd('\r');
        _at += end + 1;
        return line;
    }

    private readonly long Number(string digits) =>
        long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : throw Damaged("has a number that is none");

    private readonly object Whole(string digits) => long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
        ? number
        : digits.Length < 1000 && BigInteger.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger large) ? large : throw Damaged("has a number that is none");

    private static object Whole(ReadOnlySpan<byte> bytes)
    {
        BigInteger number = new(bytes);
        return number >= long.MinValue && number <= long.MaxValue ? (long)number : number;
    }

    private readonly string Utf8(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (ArgumentException)
        {
            throw Damaged("has a text that is no UTF-8");
        }
    }

    private static string Bytes(ReadOnlySpan<byte> bytes) => System.Text.Unicode.Utf8.IsValid(bytes) ? Strict.GetString(bytes) : Encoding.Latin1.GetString(bytes);

    /// <summary>The bytes of a Python 2 literal such as <c>'it\'s'</c>.</summary>
    private readonly string Quoted(string literal)
    {
        if (literal.Length < 2 || literal[0] is not ('\'' or '"') || literal[^1] != literal[0])
        {
            throw Damaged("has a text without quotes");
        }

        List<byte> bytes = new(literal.Length);
        for (int at = 1; at < literal.Length - 1; at++)
        {
            if (literal[at] != '\\')
            {
                bytes.Add((byte)literal[at]);
                continue;
            }

            if (++at == literal.Length - 1)
            {
                throw Damaged("has a text that ends in a backslash");
            }

            switch (literal[at])
            {
                case 'n':
                    bytes.Add((byte)'\n');
                    break;
                case 't':
                    bytes.Add((byte)'\t');
                    break;
                case 'r':
                    bytes.Add((byte)'\r');
                    break;
                case 'x' when at + 2 < literal.Length - 1 && byte.TryParse(literal.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value):
                    bytes.Add(value);
                    at += 2;
                    break;
                case '\\' or '\'' or '"':
                    bytes.Add((byte)literal[at]);
                    break;
                default:
                    throw Damaged("has an escape in a text that Python does not write");
            }
        }

        return Bytes([.. bytes]);
    }

    /// <summary>Latin-1 in which <c>\uXXXX</c> and <c>\UXXXXXXXX</c> stand for other characters.</summary>
    private readonly string RawEscapes(string line)
    {
        StringBuilder text = new(line.Length);
        for (int at = 0; at < line.Length; at++)
        {
            int digits = line[at] == '\\' && at + 1 < line.Length ? line[at + 1] switch { 'u' => 4, 'U' => 8, _ => 0 } : 0;
            if (digits == 0)
            {
                text.Append(line[at]);
                continue;
            }

            if (at + 2 + digits > line.Length || !uint.TryParse(line.AsSpan(at + 2, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value) || value > 0x10ffff)
            {
                throw Damaged("has a character that is none");
            }

            if (value < 0x10000)
            {
                text.Append((char)value);
            }
            else
            {
                text.Append(new Rune(value));
            }

            at += 1 + digits;
        }

        return text.ToString();
    }

    private readonly InvalidDataException Damaged(string what) => Fault.At(_path, null, $"its pickle is damaged: it {what}, at byte {_instruction}.");

    private static string NameOf(byte code) => (char)code switch
    {
        'c' => "GLOBAL",
        'R' => "REDUCE",
        'b' => "BUILD",
        'i' => "INST",
        'o' => "OBJ",
        'P' => "PERSID",
        'Q' => "BINPERSID",
        'B' => "BINBYTES",
        'C' => "SHORT_BINBYTES",
        '\u0081' => "NEWOBJ",
        '\u0082' => "EXT1",
        '\u0083' => "EXT2",
        '\u0084' => "EXT4",
        '\u008f' => "EMPTY_SET",
        '\u0092' => "NEWOBJ_EX",
        '\u0093' => "STACK_GLOBAL",
        _ => $"instruction 0x{code:X2}",
    };
}
