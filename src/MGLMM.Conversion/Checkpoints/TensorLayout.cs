namespace MGLMM.Conversion.Checkpoints;

/// <summary>
/// The shape of a tensor, and the strides (in elements) by which its elements lie in storage.
/// </summary>
internal sealed class TensorLayout
{
    /// <summary>More dimensions than any checkpoint has; a larger number means damage.</summary>
    public const int MaximumRank = 16;

    private readonly long[] _shape;
    private readonly long[] _strides;

    private TensorLayout(long[] shape, long[] strides, long elementCount, long span)
    {
        _shape = shape;
        _strides = strides;
        ElementCount = elementCount;
        Span = span;
        IsContiguous = IsRowMajor(shape, strides, elementCount);
    }

    /// <summary>Sizes of the dimensions; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape => _shape;

    /// <summary>The product of the shape.</summary>
    public long ElementCount { get; }

    /// <summary>Storage elements from the tensor's first element to its last, both included; 0 without elements.</summary>
    public long Span { get; }

    /// <summary>True if the elements lie in row-major order without gaps.</summary>
    public bool IsContiguous { get; }

    /// <summary>A layout with given strides, or a row-major one; null with the reason if it cannot be.</summary>
    public static TensorLayout? TryCreate(ReadOnlySpan<long> shape, ReadOnlySpan<long> strides, bool rowMajor, out string problem)
    {
        problem = string.Empty;
        if (shape.Length > MaximumRank)
        {
            problem = $"it has {shape.Length} dimensions; at most {MaximumRank} are read";
            return null;
        }

        if (!rowMajor && strides.Length != shape.Length)
        {
            problem = $"it has {shape.Length} dimensions but {strides.Length} strides";
            return null;
        }

        long[] ownStrides = rowMajor ? new long[shape.Length] : strides.ToArray();
        try
        {
            long count = 1;
            for (int dimension = shape.Length - 1; dimension >= 0; dimension--)
            {
                if (shape[dimension] < 0 || ownStrides[dimension] < 0)
                {
                    problem = $"dimension {dimension} has a negative size or stride";
                    return null;
                }

                if (rowMajor)
                {
                    ownStrides[dimension] = count;
                }

                count = checked(count * shape[dimension]);
            }

            long span = count == 0 ? 0 : 1;
            for (int dimension = 0; count > 0 && dimension < shape.Length; dimension++)
            {
                span = checked(span + checked((shape[dimension] - 1) * ownStrides[dimension]));
            }

            return new TensorLayout(shape.ToArray(), ownStrides, count, span);
        }
        catch (OverflowException)
        {
            problem = "its sizes and strides go beyond what 64 bits can count";
            return null;
        }
    }

    /// <summary>
    /// Writes the storage positions, relative to the tensor's first element, of consecutive row-major elements.
    /// </summary>
    /// <param name="startElement">The first row-major element.</param>
    /// <param name="positions">Receives one position per element; must not reach beyond the last element.</param>
    public void Locate(long startElement, Span<long> positions)
    {
        if (positions.IsEmpty)
        {
            return;
        }

        Span<long> index = stackalloc long[_shape.Length];
        long position = 0;
        long rest = startElement;
        for (int dimension = _shape.Length - 1; dimension >= 0; dimension--)
        {
            (rest, index[dimension]) = Math.DivRem(rest, _shape[dimension]);
            position += index[dimension] * _strides[dimension];
        }

        positions[0] = position;
        for (int element = 1; element < positions.Length; element++)
        {
            for (int dimension = _shape.Length - 1; dimension >= 0; dimension--)
            {
                position += _strides[dimension];
                if (++index[dimension] < _shape[dimension])
                {
                    break;
                }

                position -= _strides[dimension] * _shape[dimension];
                index[dimension] = 0;
            }

            positions[element] = position;
        }
    }

    private static bool IsRowMajor(long[] shape, long[] strides, long elementCount)
    {
        long expected = 1;
        for (int dimension = shape.Length - 1; dimension >= 0; dimension--)
        {
            // The stride of a dimension of size one is never used, and PyTorch leaves anything in it.
            if (shape[dimension] != 1 && strides[dimension] != expected && elementCount != 0)
            {
                return false;
            }

            expected *= shape[dimension];
        }

        return true;
    }
}
