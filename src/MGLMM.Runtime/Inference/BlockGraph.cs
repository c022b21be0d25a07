using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using MGLMM.Runtime.Kernels;
using MGLMM.Runtime.Serialization;
using Microsoft.ML.OnnxRuntime;
using Microsoft.Win32.SafeHandles;

namespace MGLMM.Runtime.Inference;

/// <summary>
/// A graph in which <see cref="BlockProductOperator"/> stands for ONNX Runtime's products with 4-bit weights and rounded activations, and with those of 8 bits where the processor has instructions for them, whose weights lie as <see cref="BlockLayout"/> has them: in one
/// file beside it, each at the beginning of a page, so that they are mapped and read in place; or in memory. Field numbers: github.com/onnx/onnx, onnx/onnx.proto.
/// </summary>
internal sealed class BlockGraph
{
    /// <summary>What such a graph's weights take beside the bundle's: the last panel of each is filled up.</summary>
    public const double Growth = 1.05;

    private const string Subject = "The graph";
    private const int Page = 4096;

    /// <summary>ONNX Runtime's operator that ours stands for.</summary>
    private const string Operation = "MatMulNBits";

    /// <summary>MatMulNBits' accuracy_level that rounds activations to 8 bits.</summary>
    private const int RoundedActivations = 4;

    private readonly byte[] _model;
    private readonly string _folder;
    private readonly Dictionary<string, StoredTensor> _tensors = new(StringComparer.Ordinal);
    private readonly List<BlockNode> _nodes = [];

    private BlockGraph(string path)
    {
        _model = File.ReadAllBytes(path);
        _folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (_model.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Operation)) < 0)
        {
            return;
        }

        Dictionary<string, int> uses = new(StringComparer.Ordinal);
        HashSet<string> outputs = new(StringComparer.Ordinal);
        bool isPlain = true;
        ProtobufReader graph = new(GraphOf(_model), Subject);
        while (graph.Next())
        {
            switch (graph.Field)
            {
                case GraphFields.Initializer:
                    StoredTensor tensor = StoredTensor.Read(graph.Bytes, Subject);
                    isPlain &= _tensors.TryAdd(tensor.Name, tensor) && tensor is not { Location: not null, Length: 0 };
                    break;
                case GraphFields.Node:
                    isPlain &= IsPlain(graph.Bytes, uses, outputs);
                    break;
                case GraphFields.Output:
                    Use(NameOf(graph.Bytes), uses);
                    break;
                case GraphFields.SparseInitializer:
                    isPlain = false;
                    break;
            }
        }

        graph = new ProtobufReader(GraphOf(_model), Subject);
        while (isPlain && graph.Next())
        {
            // Weights that something else takes as well stay as they are.
            if (graph.Field == GraphFields.Node && BlockNode.Read(graph.Bytes, _tensors) is { } node && uses[node.Codes.Name] == 1 && uses[node.Scales.Name] == 1)
            {
                _nodes.Add(node);
            }
        }
    }

    /// <summary>
    /// Whether a node can be copied or replaced: it holds no graph and no weights outside of the graph, whose places would be others, it is none of ours, and what it gives nobody else gives.
    /// </summary>
    private static bool IsPlain(ReadOnlySpan<byte> message, Dictionary<string, int> uses, HashSet<string> outputs)
    {
        bool isPlain = true;
        ProtobufReader node = new(message, Subject);
        while (node.Next())
        {
            switch (node.Field)
            {
                case NodeFields.Input:
                    Use(Encoding.UTF8.GetString(node.Bytes), uses);
                    break;
                case NodeFields.Output:
                    string output = Encoding.UTF8.GetString(node.Bytes);
                    isPlain &= output.Length == 0 || outputs.Add(output);
                    break;
                case NodeFields.Domain:
                    isPlain &= Encoding.UTF8.GetString(node.Bytes) != BlockProductOperator.Domain;
                    break;
                case NodeFields.Attribute:
                    ProtobufReader attribute = new(node.Bytes, Subject);
                    while (attribute.Next())
                    {
                        isPlain &= attribute.Field switch
                        {
                            AttributeFields.Tensor or AttributeFields.Tensors => StoredTensor.Read(attribute.Bytes, Subject).Location is null,
                            AttributeFields.Graph or AttributeFields.Graphs or AttributeFields.SparseTensor or AttributeFields.SparseTensors => false,
                            _ => true,
                        };
                    }

                    break;
            }
        }

        return isPlain;
    }

    private static void Use(string name, Dictionary<string, int> uses) => uses[name] = uses.GetValueOrDefault(name) + 1;

    private static string NameOf(ReadOnlySpan<byte> value)
    {
        string name = string.Empty;
        ProtobufReader reader = new(value, Subject);
        while (reader.Next())
        {
            name = reader.Field == 1 ? Encoding.UTF8.GetString(reader.Bytes) : name;
        }

        return name;
    }

    /// <summary>Whether a graph has products that the operator stands for. One that is damaged has none: that is told of when it is loaded.</summary>
    public static bool Fits(string source)
    {
        try
        {
            return BlockProductOperator.IsSupported && new BlockGraph(source)._nodes.Count > 0;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>Writes such a graph; where there is no product to stand for, nothing is written.</summary>
    /// <param name="source">The graph's file.</param>
    /// <param name="target">Where to; its weights go to a file of the same name and <c>.data</c>.</param>
    /// <param name="cancellationToken">Observed between the weights.</param>
    /// <returns>The most bits of a weight in such a product; null where there is none.</returns>
    /// <exception cref="InvalidDataException">The graph is damaged.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public static int? Write(string source, string target, CancellationToken cancellationToken)
    {
        BlockGraph graph = new(source);
        if (graph._nodes.Count == 0)
        {
            return null;
        }

        string dataName = Path.GetFileName(target) + ".data";
        byte[] model;
        using (FileStream data = new(target + ".data", FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20))
        {
            model = graph.Rewrite(
                tensor => Append(tensor.Name, tensor.ElementType, tensor.Shape, graph.Read(tensor), data, dataName),
                node =>
                {
                    (byte[] codes, float[] scales) = (new byte[node.Layout.CodeBytes], new float[node.Layout.ScaleCount]);
                    graph.Lay(node, codes, scales);
                    return (
                        Append(node.Codes.Name, StoredTensor.Bytes, [codes.Length], codes, data, dataName),
                        Append(node.Scales.Name, StoredTensor.Floats, [scales.Length], MemoryMarshal.AsBytes(scales.AsSpan()), data, dataName));
                },
                cancellationToken);
        }

        using FileStream file = new(target, FileMode.CreateNew, FileAccess.Write);
        file.Write(model);
        return graph._nodes.Max(node => node.Layout.Bits);
    }

    /// <summary>Loads such a graph without writing it; null where there is no product to stand for.</summary>
    /// <param name="source">The graph's file.</param>
    /// <param name="settings">Of the session; they get the operator and the weights.</param>
    /// <exception cref="InvalidDataException">The graph is damaged.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime does not load it.</exception>
    public static LoadedGraph? Load(string source, SessionOptions settings)
    {
        BlockGraph graph = new(source);
        if (graph._nodes.Count == 0)
        {
            return null;
        }

        List<IDisposable> weights = new();
        try
        {
            byte[] model = graph.Rewrite(
                _ => null,
                node =>
                {
                    NativeBuffer<byte> codes = new(node.Layout.CodeBytes);
                    weights.Add(codes);
                    NativeBuffer<float> scales = new(node.Layout.ScaleCount);
                    weights.Add(scales);
                    graph.Lay(node, codes.Span, scales.Span);
                    return (Give(node.Codes, codes, StoredTensor.Bytes, codes.Length), Give(node.Scales, scales, StoredTensor.Floats, scales.Length));
                },
                CancellationToken.None);
            BlockProductOperator.AddTo(settings);
            settings.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", graph._folder);
            return new LoadedGraph(new InferenceSession(model, settings), weights);
        }
        catch
        {
            weights.ForEach(one => one.Dispose());
            throw;
        }

        // Where the graph says that they lie is not read: the memory of this name is taken instead.
        ProtobufWriter Give(StoredTensor stored, INativeBuffer buffer, int elementType, long length)
        {
            OrtValue value = buffer.AsTensor(length);
            weights.Insert(0, value);
            settings.AddInitializer(stored.Name, value);
            return Outside(stored.Name, elementType, [length], stored.Location!, stored.Offset, stored.Length);
        }
    }

    private static ReadOnlySpan<byte> GraphOf(byte[] model)
    {
        ProtobufReader reader = new(model, Subject);
        while (reader.Next())
        {
            if (reader.Field == ModelFields.Graph)
            {
                return reader.Bytes;
            }
        }

        throw new InvalidDataException($"{Subject} cannot be read: it is no ONNX model.");
    }

    /// <summary>The model with the operator in it.</summary>
    /// <param name="kept">What comes in the place of other weights that lie outside of the graph; null leaves them as they are.</param>
    /// <param name="laid">The codes and scales of a product, once they are laid out.</param>
    /// <param name="cancellationToken">Observed between the weights.</param>
    private byte[] Rewrite(Func<StoredTensor, ProtobufWriter?> kept, Func<BlockNode, (ProtobufWriter Codes, ProtobufWriter Scales)> laid, CancellationToken cancellationToken)
    {
        Dictionary<string, BlockNode> byOutput = _nodes.ToDictionary(node => node.Output, StringComparer.Ordinal);
        HashSet<string> replaced = [.. _nodes.SelectMany(node => new[] { node.Codes.Name, node.Scales.Name })];
        ProtobufWriter graph = new();
        ProtobufReader reader = new(GraphOf(_model), Subject);
        while (reader.Next())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (reader.Field == GraphFields.Node && BlockNode.OutputOf(reader.Bytes) is { } output && byOutput.TryGetValue(output, out BlockNode? node))
            {
                graph.Nested(GraphFields.Node, node.Replacement());
                continue;
            }

            StoredTensor? tensor = reader.Field == GraphFields.Initializer ? StoredTensor.Read(reader.Bytes, Subject) : null;
            if (tensor is not null && replaced.Contains(tensor.Name))
            {
                continue;
            }

            if (tensor is { Location: not null } && kept(tensor) is { } other)
            {
                graph.Nested(GraphFields.Initializer, other);
            }
            else
            {
                graph.Whole(reader.Whole);
            }
        }

        foreach (BlockNode node in _nodes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (ProtobufWriter codes, ProtobufWriter scales) = laid(node);
            graph.Nested(GraphFields.Initializer, codes).Nested(GraphFields.Initializer, scales);
        }

        ProtobufWriter model = new();
        ProtobufReader whole = new(_model, Subject);
        while (whole.Next())
        {
            if (whole.Field == ModelFields.Graph)
            {
                model.Nested(ModelFields.Graph, graph);
            }
            else
            {
                model.Whole(whole.Whole);
            }
        }

        return model.Nested(ModelFields.OperatorSet, new ProtobufWriter().Text(1, BlockProductOperator.Domain).Number(2, BlockProductOperator.DomainVersion)).Message.ToArray();
    }

    private unsafe void Lay(BlockNode node, Span<byte> codes, Span<float> scales)
    {
        byte[] stored = Read(node.Codes);
        byte[] storedScales = Read(node.Scales);
        BlockLayout layout = node.Layout;
        fixed (byte* codeStart = codes)
        {
            fixed (float* scaleStart = scales)
            {
                // Pointers, since spans do not go to other threads.
                (nint ofCodes, nint ofScales) = ((nint)codeStart, (nint)scaleStart);
                Parallel.For(0, layout.Panels, panel => layout.Lay(
                    panel,
                    stored,
                    MemoryMarshal.Cast<byte, float>(storedScales),
                    new Span<byte>((byte*)ofCodes + ((long)panel * layout.PanelBytes), layout.PanelBytes),
                    new Span<float>((float*)ofScales + ((long)panel * layout.PanelScales), layout.PanelScales)));
            }
        }
    }

    private byte[] Read(StoredTensor tensor)
    {
        byte[] bytes = new byte[tensor.Length];
        using SafeFileHandle file = File.OpenHandle(Path.Combine(_folder, tensor.Location!));
        int read = 0;
        while (read < bytes.Length)
        {
            int more = RandomAccess.Read(file, bytes.AsSpan(read), tensor.Offset + read);
            if (more == 0)
            {
                throw new InvalidDataException($"{Subject} cannot be read: '{tensor.Location}' ends within '{tensor.Name}'.");
            }

            read += more;
        }

        return bytes;
    }

    /// <summary>Writes weights at the next page of a file, and says in the graph where they are.</summary>
    private static ProtobufWriter Append(string name, int elementType, IReadOnlyList<long> shape, ReadOnlySpan<byte> bytes, FileStream data, string dataName)
    {
        long offset = (data.Position + Page - 1) / Page * Page;
        data.Position = offset;
        data.Write(bytes);
        return Outside(name, elementType, shape, dataName, offset, bytes.Length);
    }

    /// <summary>Weights that lie in a file.</summary>
    private static ProtobufWriter Outside(string name, int elementType, IReadOnlyList<long> shape, string location, long offset, long length)
    {
        ProtobufWriter tensor = new();
        foreach (long dimension in shape)
        {
            tensor.Number(StoredTensor.ShapeField, dimension);
        }

        tensor.Number(StoredTensor.ElementTypeField, elementType).Text(StoredTensor.NameField, name);
        foreach ((string key, string value) in (ReadOnlySpan<(string, string)>)
            [("location", location), ("offset", offset.ToString(CultureInfo.InvariantCulture)), ("length", length.ToString(CultureInfo.InvariantCulture))])
        {
            tensor.Nested(StoredTensor.ExternalDataField, new ProtobufWriter().Text(1, key).Text(2, value));
        }

        return tensor.Number(StoredTensor.DataLocationField, StoredTensor.External);
    }

    private static class ModelFields
    {
        public const int Graph = 7;
        public const int OperatorSet = 8;
    }

    private static class GraphFields
    {
        public const int Node = 1;
        public const int Initializer = 5;
        public const int Output = 12;
        public const int SparseInitializer = 15;
    }

    private static class NodeFields
    {
        public const int Input = 1;
        public const int Output = 2;
        public const int Name = 3;
        public const int Operation = 4;
        public const int Attribute = 5;
        public const int Domain = 7;
    }

    private static class AttributeFields
    {
        public const int Name = 1;
        public const int Number = 3;
        public const int Tensor = 5;
        public const int Graph = 6;
        public const int Tensors = 10;
        public const int Graphs = 11;
        public const int Kind = 20;
        public const int SparseTensor = 22;
        public const int SparseTensors = 23;
        public const long WholeNumber = 2;
    }

    /// <summary>A product that the operator stands for.</summary>
    private sealed record BlockNode(string Name, string Input, StoredTensor Codes, StoredTensor Scales, string Output, BlockLayout Layout)
    {
        /// <summary>The node, where it is such a product.</summary>
        public static BlockNode? Read(ReadOnlySpan<byte> message, IReadOnlyDictionary<string, StoredTensor> tensors)
        {
            (string name, string operation, string domain) = (string.Empty, string.Empty, string.Empty);
            List<string> inputs = [];
            List<string> outputs = [];
            Dictionary<string, long> attributes = new(StringComparer.Ordinal);
            ProtobufReader node = new(message, Subject);
            while (node.Next())
            {
                switch (node.Field)
                {
                    case NodeFields.Input:
                        inputs.Add(Encoding.UTF8.GetString(node.Bytes));
                        break;
                    case NodeFields.Output:
                        outputs.Add(Encoding.UTF8.GetString(node.Bytes));
                        break;
                    case NodeFields.Name:
                        name = Encoding.UTF8.GetString(node.Bytes);
                        break;
                    case NodeFields.Operation:
                        operation = Encoding.UTF8.GetString(node.Bytes);
                        break;
                    case NodeFields.Domain:
                        domain = Encoding.UTF8.GetString(node.Bytes);
                        break;
                    case NodeFields.Attribute:
                        (string key, long value) = Attribute(node.Bytes);
                        attributes[key] = value;
                        break;
                }
            }

            (long columns, long depth, long block) = (attributes.GetValueOrDefault("N"), attributes.GetValueOrDefault("K"), attributes.GetValueOrDefault("block_size"));
            long bits = attributes.GetValueOrDefault("bits", 4);
            if ((operation, domain, inputs.Count, outputs.Count) != (Operation, "com.microsoft", 3, 1)
                || attributes.GetValueOrDefault("accuracy_level") != RoundedActivations
                || !BlockLayout.Takes(columns, depth, block, bits)
                || !BlockProductOperator.Takes((int)bits)
                || outputs[0].Length == 0
                || tensors.GetValueOrDefault(inputs[1]) is not { ElementType: StoredTensor.Bytes, Location: not null } codes
                || tensors.GetValueOrDefault(inputs[2]) is not { ElementType: StoredTensor.Floats, Location: not null } scales)
            {
                return null;
            }

            BlockLayout layout = new(columns, depth, block, bits);
            bool fits = codes.Length == (long)layout.Columns * layout.StoredDepth && scales.Length == (long)layout.Columns * layout.Blocks * sizeof(float);
            return fits ? new BlockNode(name, inputs[0], codes, scales, outputs[0], layout) : null;
        }

        /// <summary>What a node gives first.</summary>
        public static string? OutputOf(ReadOnlySpan<byte> message)
        {
            ProtobufReader node = new(message, Subject);
            while (node.Next())
            {
                if (node.Field == NodeFields.Output)
                {
                    return Encoding.UTF8.GetString(node.Bytes);
                }
            }

            return null;
        }

        public ProtobufWriter Replacement()
        {
            ProtobufWriter node = new();
            foreach (string input in (ReadOnlySpan<string>)[Input, Codes.Name, Scales.Name])
            {
                node.Text(NodeFields.Input, input);
            }

            node.Text(NodeFields.Output, Output).Text(NodeFields.Name, Name).Text(NodeFields.Operation, BlockProductOperator.Name);
            foreach ((string key, long value) in (ReadOnlySpan<(string, long)>)[("K", Layout.Depth), ("N", Layout.Columns), ("bits", Layout.Bits), ("block_size", Layout.Block)])
            {
                node.Nested(NodeFields.Attribute, new ProtobufWriter().Text(AttributeFields.Name, key).Number(AttributeFields.Number, value).Number(AttributeFields.Kind, AttributeFields.WholeNumber));
            }

            return node.Text(NodeFields.Domain, BlockProductOperator.Domain);
        }

        private static (string Name, long Value) Attribute(ReadOnlySpan<byte> message)
        {
            (string name, long number) = (string.Empty, 0);
            ProtobufReader attribute = new(message, Subject);
            while (attribute.Next())
            {
                switch (attribute.Field)
                {
                    case AttributeFields.Name:
                        name = Encoding.UTF8.GetString(attribute.Bytes);
                        break;
                    case AttributeFields.Number:
                        number = (long)attribute.Number;
                        break;
                }
            }

            return (name, number);
        }
    }
}
