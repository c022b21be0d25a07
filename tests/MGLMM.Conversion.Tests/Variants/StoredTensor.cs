using System.Runtime.InteropServices;
using MGLMM.Conversion.Checkpoints;

namespace MGLMM.Conversion.Tests.Variants;

/// <summary>A tensor to write: its bytes as a file holds them.</summary>
internal sealed record StoredTensor(TensorElementKind Kind, long[] Shape, byte[] Bytes)
{
    /// <summary>A tensor of one byte an element, all of them zero.</summary>
    public static StoredTensor Zeros(TensorElementKind kind, params long[] shape) =>
        new(kind, shape, new byte[shape.Aggregate(1L, (product, size) => product * size) * kind.ByteSize()]);

    /// <summary>An fp32 tensor.</summary>
    public static StoredTensor Of(float[] values, params long[] shape) => new(TensorElementKind.Float32, shape, MemoryMarshal.AsBytes<float>(values).ToArray());

    /// <summary>Its elements in single precision.</summary>
    public float[] Floats()
    {
        float[] values = new float[Bytes.Length / Kind.ByteSize()];
        ElementConversion.ToSingle(Kind, Bytes, values);
        return values;
    }

    /// <summary>The same elements in another type, rounded as that type rounds.</summary>
    public StoredTensor As(TensorElementKind kind)
    {
        float[] floats = Floats();
        byte[] bytes = kind switch
        {
            TensorElementKind.Float32 => MemoryMarshal.AsBytes<float>(floats).ToArray(),
            TensorElementKind.Float64 => MemoryMarshal.AsBytes<double>(Array.ConvertAll(floats, value => (double)value)).ToArray(),
            TensorElementKind.Float16 => MemoryMarshal.AsBytes<Half>(Array.ConvertAll(floats, value => (Half)value)).ToArray(),
            TensorElementKind.BFloat16 => MemoryMarshal.AsBytes<ushort>(Array.ConvertAll(floats, value => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16))).ToArray(),
            TensorElementKind.Int8 => MemoryMarshal.AsBytes<sbyte>(Array.ConvertAll(floats, value => (sbyte)Math.Clamp(MathF.Round(value * 127), -127, 127))).ToArray(),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
        return new StoredTensor(kind, Shape, bytes);
    }

    /// <summary>The same with one element replaced.</summary>
    public StoredTensor With(int index, double value)
    {
        byte[] bytes = (byte[])Bytes.Clone();
        switch (Kind)
        {
            case TensorElementKind.Float64:
                MemoryMarshal.Cast<byte, double>(bytes.AsSpan())[index] = value;
                break;
            case TensorElementKind.Float16:
                MemoryMarshal.Cast<byte, Half>(bytes.AsSpan())[index] = (Half)value;
                break;
            case TensorElementKind.BFloat16:
                MemoryMarshal.Cast<byte, ushort>(bytes.AsSpan())[index] = (ushort)(BitConverter.SingleToUInt32Bits((float)value) >> 16);
                break;
            default:
                MemoryMarshal.Cast<byte, float>(bytes.AsSpan())[index] = (float)value;
                break;
        }

        return this with { Bytes = bytes };
    }
}
