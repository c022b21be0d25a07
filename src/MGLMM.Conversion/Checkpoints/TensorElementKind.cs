namespace MGLMM.Conversion.Checkpoints;

/// <summary>How a checkpoint stores the elements of a tensor; always little-endian.</summary>
internal enum TensorElementKind
{
    /// <summary>IEEE 754 binary32.</summary>
    Float32,

    /// <summary>IEEE 754 binary16.</summary>
    Float16,

    /// <summary>The upper half of a binary32.</summary>
    BFloat16,

    /// <summary>IEEE 754 binary64.</summary>
    Float64,

    /// <summary>64-bit signed integer.</summary>
    Int64,

    /// <summary>32-bit signed integer.</summary>
    Int32,

    /// <summary>16-bit signed integer.</summary>
    Int16,

    /// <summary>8-bit signed integer.</summary>
    Int8,

    /// <summary>8-bit unsigned integer.</summary>
    UInt8,

    /// <summary>One byte; anything but zero is true.</summary>
    Bool,

    /// <summary>Any of the 8-bit floats. Their scales lie in other tensors, so they are told of but never read.</summary>
    Float8,
}

/// <summary>Sizes of element kinds.</summary>
internal static class TensorElementKindExtensions
{
    /// <summary>Whether the elements are numbers that a layer can use as they are; packed and quantised weights are not.</summary>
    public static bool IsPlainFloat(this TensorElementKind kind) =>
        kind is TensorElementKind.Float32 or TensorElementKind.Float16 or TensorElementKind.BFloat16 or TensorElementKind.Float64;

    /// <summary>The bytes that one element takes.</summary>
    public static int ByteSize(this TensorElementKind kind) => kind switch
    {
        TensorElementKind.Float64 or TensorElementKind.Int64 => 8,
        TensorElementKind.Float32 or TensorElementKind.Int32 => 4,
        TensorElementKind.Float16 or TensorElementKind.BFloat16 or TensorElementKind.Int16 => 2,
        TensorElementKind.Int8 or TensorElementKind.UInt8 or TensorElementKind.Bool or TensorElementKind.Float8 => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown element kind."),
    };
}
