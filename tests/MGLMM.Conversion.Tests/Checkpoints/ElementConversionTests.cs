using System.Runtime.InteropServices;
using MGLMM.Conversion.Checkpoints;
using Xunit;

namespace MGLMM.Conversion.Tests.Checkpoints;

/// <summary>Widening against the runtime's own conversions, over every value there is.</summary>
public sealed class ElementConversionTests
{
    private static readonly ushort[] EveryPattern = [.. Enumerable.Range(0, 65536).Select(bits => (ushort)bits)];

    [Fact]
    public void Every_half_widens_exactly()
    {
        // 65533 of them, so that the end does not fill a vector; the rest in a second call.
        float[] widened = new float[EveryPattern.Length];
        ElementConversion.ToSingle(TensorElementKind.Float16, MemoryMarshal.AsBytes(EveryPattern.AsSpan(0, 65533)), widened.AsSpan(0, 65533));
        ElementConversion.ToSingle(TensorElementKind.Float16, MemoryMarshal.AsBytes(EveryPattern.AsSpan(65533)), widened.AsSpan(65533));

        for (int bits = 0; bits < EveryPattern.Length; bits++)
        {
            float expected = (float)BitConverter.UInt16BitsToHalf((ushort)bits);
            Assert.True(
                float.IsNaN(expected) ? float.IsNaN(widened[bits]) : BitConverter.SingleToUInt32Bits(expected) == BitConverter.SingleToUInt32Bits(widened[bits]),
                $"half 0x{bits:X4}");
        }
    }

    [Fact]
    public void Every_bfloat16_widens_exactly()
    {
        float[] widened = new float[EveryPattern.Length];
        ElementConversion.ToSingle(TensorElementKind.BFloat16, MemoryMarshal.AsBytes(EveryPattern.AsSpan()), widened);

        Assert.Equal(EveryPattern.Select(bits => (uint)bits << 16), MemoryMarshal.Cast<float, uint>(widened).ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(29)]
    public void Doubles_round_to_nearest(int count)
    {
        Random random = new(count);
        double[] values = [.. Enumerable.Range(0, count).Select(_ => (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-42, 42)))];
        float[] narrowed = new float[count];

        ElementConversion.ToSingle(TensorElementKind.Float64, MemoryMarshal.AsBytes(values.AsSpan()), narrowed);

        Assert.Equal(values.Select(value => (float)value), narrowed);
    }
}
