using MGLMM.Conversion.Checkpoints;

namespace MGLMM.Conversion.Families;

/// <summary>
/// A checkpoint's tensors under canonical names. Reads one tensor at a time and remembers which were asked for, so that
/// what is left over can be listed. Not thread-safe.
/// </summary>
internal sealed class WeightSource
{
    private readonly Dictionary<string, CheckpointTensor> tensors = new(StringComparer.Ordinal);
    private readonly HashSet<string> used = new(StringComparer.Ordinal);

    /// <param name="checkpoint">Owned by the caller and must outlive this source.</param>
    /// <param name="prefixes">Prefixes to replace: from the checkpoint's to the canonical one.</param>
    public WeightSource(Checkpoint checkpoint, params ReadOnlySpan<(string From, string To)> prefixes)
    {
        foreach (var (name, tensor) in checkpoint.Tensors)
        {
            var canonical = name;
            foreach (var (from, to) in prefixes)
            {
                if (name.StartsWith(from, StringComparison.Ordinal))
                {
                    canonical = to + name[from.Length..];
                    break;
                }
            }

            tensors[canonical] = tensor;
        }
    }

    /// <summary>Every canonical name.</summary>
    public IEnumerable<string> Names => tensors.Keys;

    /// <summary>Canonical names that nothing read.</summary>
    public IEnumerable<string> Unused => tensors.Keys.Where(name => !used.Contains(name)).Order(StringComparer.Ordinal);

    /// <summary>Told of the bytes of each tensor as it is read.</summary>
    public Action<string, long>? OnRead { get; set; }

    /// <summary>Bytes that reading everything would widen to fp32.</summary>
    public long ElementCount(string name) => tensors[name].ElementCount;

    public bool Has(string name) => tensors.ContainsKey(name);

    /// <summary>The tensor's shape.</summary>
    /// <exception cref="ConversionException">There is no such tensor.</exception>
    public long[] Shape(string name) =>
        tensors.TryGetValue(name, out var tensor) ? [.. tensor.Shape] : throw Missing(name);

    /// <summary>The tensor's elements as fp32, in row-major order. The caller owns the array.</summary>
    /// <exception cref="ConversionException">There is no such tensor, or it holds a value that is not finite.</exception>
    public float[] Read(string name)
    {
        if (!tensors.TryGetValue(name, out var tensor))
        {
            throw Missing(name);
        }

        used.Add(name);
        OnRead?.Invoke(name, tensor.ElementCount);
        if (tensor.ElementCount > Array.MaxLength)
        {
            throw new ConversionException($"Tensor '{name}' has {tensor.ElementCount} elements; the limit is {Array.MaxLength}.");
        }

        var values = GC.AllocateUninitializedArray<float>((int)tensor.ElementCount);
        tensor.ReadFloats(values);
        return values;
    }

    /// <summary>A matrix [rows, columns] turned to [columns, rows], as ONNX MatMul wants a PyTorch Linear's weight.</summary>
    public float[] ReadTransposed(string name)
    {
        var shape = Shape(name);
        var rows = (int)shape[0];
        var columns = (int)shape[1];
        var source = Read(name);
        var target = GC.AllocateUninitializedArray<float>(source.Length);
        Transpose(source, target, rows, columns, columnOffset: 0, targetColumns: rows);
        return target;
    }

    /// <summary>Several matrices [rows_i, columns] side by side as one [columns, sum of rows_i].</summary>
    public float[] ReadPackedTransposed(params ReadOnlySpan<string> names)
    {
        var total = 0;
        foreach (var name in names)
        {
            total += (int)Shape(name)[0];
        }

        var columns = (int)Shape(names[0])[1];
        var target = GC.AllocateUninitializedArray<float>(checked(total * columns));
        var offset = 0;
        foreach (var name in names)
        {
            var rows = (int)Shape(name)[0];
            Transpose(Read(name), target, rows, columns, offset, total);
            offset += rows;
        }

        return target;
    }

    /// <summary>Several tensors one after the other along the first axis.</summary>
    public float[] ReadStacked(params ReadOnlySpan<string> names)
    {
        var parts = new List<float[]>();
        foreach (var name in names)
        {
            parts.Add(Read(name));
        }

        return parts.SelectMany(part => part).ToArray();
    }

    /// <summary>
    /// Checks presence and shape of everything that a conversion will read, before it writes anything.
    /// </summary>
    /// <exception cref="ConversionException">Lists every tensor that is missing or of another shape.</exception>
    public void Require(IEnumerable<(string Name, long[] Shape)> required, string what)
    {
        List<string> missing = [];
        List<string> different = [];
        foreach (var (name, shape) in required)
        {
            if (!tensors.TryGetValue(name, out var tensor))
            {
                missing.Add(name);
            }
            else if (!tensor.Shape.SequenceEqual(shape))
            {
                different.Add($"{name} is [{string.Join(", ", tensor.Shape)}], expected [{string.Join(", ", shape)}]");
            }
        }

        if (missing.Count + different.Count > 0)
        {
            var parts = new List<string>();
            if (missing.Count > 0)
            {
                parts.Add($"missing tensors ({missing.Count}): {List(missing)}");
            }

            if (different.Count > 0)
            {
                parts.Add($"tensors of another shape ({different.Count}): {List(different)}");
            }

            throw new ConversionException($"{what} is incomplete: {string.Join("; ", parts)}. Check that all shards are there and that the family is right.");
        }
    }

    private static void Transpose(float[] source, float[] target, int rows, int columns, int columnOffset, int targetColumns)
    {
        const int Block = 32;
        for (var row = 0; row < rows; row += Block)
        {
            var rowEnd = Math.Min(row + Block, rows);
            for (var column = 0; column < columns; column += Block)
            {
                var columnEnd = Math.Min(column + Block, columns);
                for (var r = row; r < rowEnd; r++)
                {
                    for (var c = column; c < columnEnd; c++)
                    {
                        target[((long)c * targetColumns) + columnOffset + r] = source[((long)r * columns) + c];
                    }
                }
            }
        }
    }

    private static string List(List<string> names)
    {
        const int Shown = 12;
        return string.Join(", ", names.Take(Shown)) + (names.Count > Shown ? $" and {names.Count - Shown} more" : string.Empty);
    }

    private static ConversionException Missing(string name) =>
        new($"The checkpoint has no tensor '{name}'. Check that all shards are there and that the family is right.");
}
