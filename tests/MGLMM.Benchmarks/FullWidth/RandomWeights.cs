using System.Runtime.InteropServices;
using MGLMM.Conversion.Checkpoints;
using MGLMM.Conversion.Families;

namespace MGLMM.Benchmarks.FullWidth;

/// <summary>
/// One file of random numbers from which every tensor of a model is read, since only sizes matter to speed. Scales of norms are near 1, so that states keep
/// their size from layer to layer as a trained model's do.
/// </summary>
internal sealed class RandomWeights : IDisposable
{
    /// <summary>Random numbers that are repeated through the file; odd, so that no two rows of a matrix are alike.</summary>
    private const int Period = (1 << 22) + 1;

    private const int LongestVector = 1 << 16;

    private const float Spread = 1f / 16;

    private readonly MappedFile _file;
    private readonly long _scales;

    /// <param name="folder">Where the file is made.</param>
    /// <param name="elements">Of the largest tensor.</param>
    public RandomWeights(string folder, long elements)
    {
        string path = Path.Combine(folder, $"random-{Guid.NewGuid():N}.bin");
        elements += Period;
        _scales = elements * 2;
        WriteRandom(path, elements);
        _file = MappedFile.Open(path);
    }

    /// <summary>Tensors of these shapes.</summary>
    public WeightSource Of(IEnumerable<(string Name, long[] Shape)> required) =>
        new("The random model", "None is needed.", required.Select(tensor => KeyValuePair.Create(tensor.Name, Tensor(tensor.Name, tensor.Shape))));

    public void Dispose() => _file.Dispose();

    private CheckpointTensor Tensor(string name, long[] shape)
    {
        long[] strides = new long[shape.Length];
        long stride = 1L;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= shape[axis];
        }

        TensorLayout layout = TensorLayout.TryCreate(shape, strides, rowMajor: true, out string? problem) ?? throw new InvalidOperationException(problem);
        return new CheckpointTensor(name, TensorElementKind.Float16, layout, _file, shape.Length == 1 && name.EndsWith(".weight", StringComparison.Ordinal) ? _scales : StartOf(name));
    }

    /// <summary>Each tensor begins elsewhere: ONNX Runtime keeps equal weights once.</summary>
    private static long StartOf(string name)
    {
        uint hash = 2166136261;
        foreach (char character in name)
        {
            hash = (hash ^ character) * 16777619;
        }

        return 2L * (hash % Period);
    }

    private static void WriteRandom(string path, long elements)
    {
        Random random = new(1);
        Half[] block = new Half[Period];
        for (int index = 0; index < block.Length; index++)
        {
            block[index] = (Half)((random.NextSingle() - 0.5f) * Spread);
        }

        using FileStream stream = File.Create(path);
        for (long written = 0L; written < elements; written += block.Length)
        {
            stream.Write(MemoryMarshal.AsBytes(block.AsSpan(0, (int)Math.Min(block.Length, elements - written))));
        }

        for (int index = 0; index < LongestVector; index++)
        {
            block[index] = (Half)(1 + (float)block[index]);
        }

        stream.Write(MemoryMarshal.AsBytes(block.AsSpan(0, LongestVector)));
    }
}
