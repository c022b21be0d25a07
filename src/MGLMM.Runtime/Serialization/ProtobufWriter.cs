using System.Buffers;
using System.Text;

namespace MGLMM.Runtime.Serialization;

/// <summary>Writes the fields of a protobuf message one after another. Not thread-safe.</summary>
internal sealed class ProtobufWriter
{
    private readonly ArrayBufferWriter<byte> _written = new();

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Message => _written.WrittenSpan;

    /// <summary>A whole number.</summary>
    public ProtobufWriter Number(int field, long value)
    {
        Varint((ulong)field << 3);
        Varint((ulong)value);
        return this;
    }

    /// <summary>Bytes, or a message that is written already.</summary>
    public ProtobufWriter Bytes(int field, ReadOnlySpan<byte> value)
    {
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)value.Length);
        _written.Write(value);
        return this;
    }

    /// <summary>A field as it stands in another message.</summary>
    public ProtobufWriter Whole(ReadOnlySpan<byte> field)
    {
        _written.Write(field);
        return this;
    }

    /// <summary>Text.</summary>
    public ProtobufWriter Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    /// <summary>A message.</summary>
    public ProtobufWriter Nested(int field, ProtobufWriter value) => Bytes(field, value.Message);

    private void Varint(ulong value)
    {
        Span<byte> bytes = _written.GetSpan(10);
        int count = 0;
        while (value > 127)
        {
            bytes[count++] = (byte)(value | 128);
            value >>= 7;
        }

        bytes[count++] = (byte)value;
        _written.Advance(count);
    }
}
