using System.Buffers.Binary;

namespace MGLMM.Runtime.Serialization;

/// <summary>
/// Walks over the fields of one protobuf message of a file that may be damaged or hostile; every length is checked against what is left.
/// </summary>
/// <param name="message">The message's bytes.</param>
/// <param name="subject">What the file is, as a sentence about it begins.</param>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message, string subject)
{
    private readonly string _subject = subject;
    private ReadOnlySpan<byte> _rest = message;
    private int _wireType;
    private ulong _number;
    private ReadOnlySpan<byte> _bytes;
    private ReadOnlySpan<byte> _whole;

    /// <summary>The field's number.</summary>
    public int Field { get; private set; }

    /// <summary>The field with its number and kind, as it stands in the message.</summary>
    public readonly ReadOnlySpan<byte> Whole => _whole;

    /// <summary>The field as a varint.</summary>
    public readonly ulong Number => _wireType == 0 ? _number : throw Damaged($"field {Field} has the wrong wire type");

    /// <summary>The field as one of a list of varints, or as all of them where they are packed.</summary>
    public readonly ulong[] Numbers
    {
        get
        {
            if (_wireType == 0)
            {
                return [_number];
            }

            List<ulong> numbers = new();
            ProtobufReader packed = new(Bytes, _subject);
            while (!packed._rest.IsEmpty)
            {
                numbers.Add(packed.ReadVarint());
            }

            return [.. numbers];
        }
    }

    /// <summary>The field as a float.</summary>
    public readonly float Single => _wireType == 5
        ? BinaryPrimitives.ReadSingleLittleEndian(_bytes)
        : throw Damaged($"field {Field} has the wrong wire type");

    /// <summary>The field as bytes, text or a message.</summary>
    public readonly ReadOnlySpan<byte> Bytes
    {
        get
        {
            if (_wireType != 2)
            {
                throw Damaged($"field {Field} has the wrong wire type");
            }

            return _bytes;
        }
    }

    /// <summary>Goes to the next field; false at the end.</summary>
    /// <exception cref="InvalidDataException">The message is damaged.</exception>
    public bool Next()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        ReadOnlySpan<byte> before = _rest;
        ulong tag = ReadVarint();
        if (tag >> 3 is 0 or > 536870911)
        {
            throw Damaged("a field number is out of range");
        }

        Field = (int)(tag >> 3);
        _wireType = (int)(tag & 7);
        switch (_wireType)
        {
            case 0:
                _number = ReadVarint();
                break;
            case 1:
                _bytes = Take(8);
                break;
            case 2:
                _bytes = Take(ReadVarint());
                break;
            case 5:
                _bytes = Take(4);
                break;
            default:
                throw Damaged($"wire type {_wireType} is not supported");
        }

        _whole = before[..^_rest.Length];
        return true;
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)_rest.Length)
        {
            throw Damaged("it ends too early");
        }

        ReadOnlySpan<byte> taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (int i = 0; i < 10; i++)
        {
            if (i >= _rest.Length)
            {
                throw Damaged("it ends too early");
            }

            byte part = _rest[i];
            value |= (ulong)(part & 0x7F) << (7 * i);
            if (part < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return value;
            }
        }

        throw Damaged("a number is too long");
    }

    private readonly InvalidDataException Damaged(string why) => new($"{_subject} cannot be read: {why}.");
}
