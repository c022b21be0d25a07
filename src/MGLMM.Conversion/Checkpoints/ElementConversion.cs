using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MGLMM.Conversion.Checkpoints;

/// <summary>Turns stored elements into single precision. Every 16-bit float widens exactly; the rest rounds to nearest even.</summary>
internal static class ElementConversion
{
    /// <summary>Converts little-endian elements.</summary>
    /// <param name="kind">How <paramref name="source"/> is to be read.</param>
    /// <param name="source">Exactly the elements, at any alignment.</param>
    /// <param name="destination">One value per element.</param>
    public static void ToSingle(TensorElementKind kind, ReadOnlySpan<byte> source, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(source.Length, checked(destination.Length * kind.ByteSize()), nameof(source));
        switch (kind)
        {
            case TensorElementKind.Float32:
                source.CopyTo(MemoryMarshal.AsBytes(destination));
                break;
            case TensorElementKind.Float16:
                FromHalf(MemoryMarshal.Cast<byte, ushort>(source), destination);
                break;
            case TensorElementKind.BFloat16:
                FromBrainFloat(MemoryMarshal.Cast<byte, ushort>(source), destination);
                break;
            case TensorElementKind.Float64:
                FromDouble(MemoryMarshal.Cast<byte, double>(source), destination);
                break;
            case TensorElementKind.Int64:
                FromInteger(MemoryMarshal.Cast<byte, long>(source), destination);
                break;
            case TensorElementKind.Int32:
                FromInteger(MemoryMarshal.Cast<byte, int>(source), destination);
                break;
            case TensorElementKind.Int16:
                FromInteger(MemoryMarshal.Cast<byte, short>(source), destination);
                break;
            case TensorElementKind.Int8:
                FromInteger(MemoryMarshal.Cast<byte, sbyte>(source), destination);
                break;
            case TensorElementKind.UInt8:
                FromInteger(source, destination);
                break;
            case TensorElementKind.Bool:
                for (int i = 0; i < destination.Length; i++)
                {
                    destination[i] = source[i] == 0 ? 0f : 1f;
                }

                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown element kind.");
        }
    }

    private static void FromInteger<T>(ReadOnlySpan<T> source, Span<float> destination)
        where T : struct, System.Numerics.IBinaryInteger<T>
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = float.CreateTruncating(source[i]);
        }
    }

    private static void FromDouble(ReadOnlySpan<double> source, Span<float> destination)
    {
        ref double from = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(destination);
        int i = 0;
        for (; i <= source.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector256<double> lower = Vector256.LoadUnsafe(ref from, (nuint)i);
            Vector256<double> upper = Vector256.LoadUnsafe(ref from, (nuint)(i + Vector256<double>.Count));
            Vector256.Narrow(lower, upper).StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < source.Length; i++)
        {
            destination[i] = (float)source[i];
        }
    }

    private static void FromBrainFloat(ReadOnlySpan<ushort> source, Span<float> destination)
    {
        ref ushort from = ref MemoryMarshal.GetReference(source);
        ref uint to = ref Unsafe.As<float, uint>(ref MemoryMarshal.GetReference(destination));
        int i = 0;
        for (; i <= source.Length - Vector256<ushort>.Count; i += Vector256<ushort>.Count)
        {
            (Vector256<uint> lower, Vector256<uint> upper) = Vector256.Widen(Vector256.LoadUnsafe(ref from, (nuint)i));
            (lower << 16).StoreUnsafe(ref to, (nuint)i);
            (upper << 16).StoreUnsafe(ref to, (nuint)(i + Vector256<uint>.Count));
        }

        for (; i < source.Length; i++)
        {
            destination[i] = BitConverter.UInt32BitsToSingle((uint)source[i] << 16);
        }
    }

    private static void FromHalf(ReadOnlySpan<ushort> source, Span<float> destination)
    {
        ref ushort from = ref MemoryMarshal.GetReference(source);
        ref uint to = ref Unsafe.As<float, uint>(ref MemoryMarshal.GetReference(destination));
        int i = 0;
        for (; i <= source.Length - Vector256<ushort>.Count; i += Vector256<ushort>.Count)
        {
            (Vector256<uint> lower, Vector256<uint> upper) = Vector256.Widen(Vector256.LoadUnsafe(ref from, (nuint)i));
            WidenHalf(lower).StoreUnsafe(ref to, (nuint)i);
            WidenHalf(upper).StoreUnsafe(ref to, (nuint)(i + Vector256<uint>.Count));
        }

        for (; i < source.Length; i++)
        {
            destination[i] = (float)BitConverter.UInt16BitsToHalf(source[i]);
        }
    }

    /// <summary>
    /// Widens without branches: shifted into place, exponent and mantissa are the value times 2^-112 (subnormals too), so
    /// one exact multiplication restores it; infinities and NaNs get the full exponent afterwards.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> WidenHalf(Vector256<uint> half)
    {
        Vector256<uint> sign = (half & Vector256.Create(0x8000u)) << 16;
        Vector256<uint> magnitude = half & Vector256.Create(0x7FFFu);
        Vector256<uint> scaled = ((magnitude << 13).AsSingle() * Vector256.Create(BitConverter.UInt32BitsToSingle(0x7780_0000))).AsUInt32();
        Vector256<uint> special = Vector256.GreaterThan(magnitude, Vector256.Create(0x7BFFu)) & Vector256.Create(0x7F80_0000u);
        return sign | scaled | special;
    }
}
