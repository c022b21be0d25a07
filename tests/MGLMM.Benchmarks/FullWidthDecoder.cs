using System.Runtime.InteropServices;
using MGLMM.Conversion.Checkpoints;
using MGLMM.Conversion.Families;
using MGLMM.Conversion.Graphs;
using MGLMM.Conversion.Onnx;
using DataType = MGLMM.Conversion.Onnx.TensorProto.Types.DataType;

namespace MGLMM.Benchmarks;

/// <summary>Writes decoder graphs of a 7 B model's widths. Every tensor is read from one file of random numbers, since only sizes matter to speed.</summary>
internal sealed class FullWidthDecoder : IDisposable
{
    /// <summary>Random numbers that are repeated through the file; odd, so that no two rows of a matrix are alike.</summary>
    private const int Period = (1 << 22) + 1;

    private readonly MappedFile _file;
    private readonly WeightSource _weights;

    public FullWidthDecoder(string folder, int layers, int positions)
    {
        Dimensions = new DecoderDimensions(
            Hidden: 4096, Layers: layers, Heads: 32, KeyValueHeads: 32, HeadSize: 128, Intermediate: 11008, Vocabulary: 32007, MaximumLength: positions, NormEpsilon: 1e-6, RopeTheta: 10000, TiedHead: false);
        string path = Path.Combine(folder, "random.bin");
        WriteRandom(path, (long)Dimensions.Vocabulary * Dimensions.Hidden);
        _file = MappedFile.Open(path);
        _weights = new WeightSource("The random decoder", "None is needed.", Dimensions.Required().Select(tensor => KeyValuePair.Create(tensor.Name, Tensor(tensor.Name, tensor.Shape))));
    }

    public DecoderDimensions Dimensions { get; }

    /// <summary>Writes a graph for the CPU with its weights beside it.</summary>
    public void Write(string path, ProjectionKind projections, CancellationToken cancellationToken)
    {
        using ExternalDataFile data = new(path + ".data", cancellationToken);
        GraphBuilder graph = new("decoder", data, DataType.Float, DataType.Float16);
        DecoderGraph.Build(graph, Dimensions, _weights, projections);
        data.Barrier();
        data.Complete();
        graph.Save(path, "0");
    }

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
        return new CheckpointTensor(name, TensorElementKind.Float16, layout, _file, 0);
    }

    private static void WriteRandom(string path, long elements)
    {
        Random random = new(1);
        Half[] block = new Half[Period];
        for (int index = 0; index < block.Length; index++)
        {
            block[index] = (Half)((random.NextSingle() - 0.5f) / 16);
        }

        using FileStream stream = File.Create(path);
        for (long written = 0L; written < elements; written += block.Length)
        {
            stream.Write(MemoryMarshal.AsBytes(block.AsSpan(0, (int)Math.Min(block.Length, elements - written))));
        }
    }
}
