using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Google.Protobuf;
using MGLMM.Conversion.Checkpoints;
using DataType = MGLMM.Conversion.Onnx.TensorProto.Types.DataType;

namespace MGLMM.Conversion.Onnx;

/// <summary>
/// Builds one ONNX graph node by node. Values are named by the string that <see cref="Node"/> returns. Weights go to an
/// <see cref="ExternalDataFile"/> at once; the graph itself stays small. Not thread-safe.
/// </summary>
internal sealed class GraphBuilder
{
    /// <summary>Tensors up to this many elements (shapes, indices, scalars) are written into the graph itself.</summary>
    private const int InlineElements = 64;

    private const string ContributedDomain = "com.microsoft";

    private readonly GraphProto _graph;
    private readonly ExternalDataFile _data;
    private readonly Dictionary<string, string> _constants = new(StringComparer.Ordinal);
    private readonly HashSet<string> _stored = new(StringComparer.Ordinal);
    private int _counter;

    public GraphBuilder(string name, ExternalDataFile data, DataType compute, DataType storage, int fourBitBlock = ConversionOptions.StandardBlockSize)
    {
        _graph = new GraphProto { Name = name };
        _data = data;
        Compute = compute;
        Storage = storage;
        FourBitBlock = fourBitBlock;
    }

    /// <summary>The element type of activations.</summary>
    public DataType Compute { get; }

    /// <summary>The element type in which matrices are stored.</summary>
    public DataType Storage { get; }

    /// <summary>Weights that share a scale where they have four bits.</summary>
    public int FourBitBlock { get; }

    /// <summary>True while the weights that come are already stored, so that their values do not matter.</summary>
    public bool IsReplaying => _data.IsReplaying;

    /// <inheritdoc cref="ExternalDataFile.Barrier"/>
    public void Barrier() => _data.Barrier();

    /// <summary>Declares a graph input. A negative or string dimension is dynamic.</summary>
    public string Input(string name, DataType type, params object[] shape)
    {
        _graph.Input.Add(ValueInfo(name, type, shape));
        return name;
    }

    /// <summary>Declares a graph output that an <c>Identity</c> takes from <paramref name="value"/>.</summary>
    public void Output(string name, string value, DataType type, params object[] shape)
    {
        _graph.Node.Add(new NodeProto { OpType = "Identity", Name = "output/" + name, Input = { value }, Output = { name } });
        _graph.Output.Add(ValueInfo(name, type, shape));
    }

    /// <summary>Declares a graph output under the name that a node already wrote.</summary>
    public void OutputAsIs(string name, DataType type, params object[] shape) => _graph.Output.Add(ValueInfo(name, type, shape));

    /// <summary>Adds a node of the standard domain with one output.</summary>
    public string Node(string operation, ReadOnlySpan<string> inputs, params ReadOnlySpan<(string Name, object Value)> attributes) =>
        Nodes(operation, string.Empty, inputs, [NextName(operation)], attributes)[0];

    /// <summary>Adds a node of the contributed (com.microsoft) domain with one output.</summary>
    public string Contributed(string operation, ReadOnlySpan<string> inputs, params ReadOnlySpan<(string Name, object Value)> attributes) =>
        Nodes(operation, ContributedDomain, inputs, [NextName(operation)], attributes)[0];

    /// <summary>Adds a node of the contributed domain whose outputs the caller names; an empty name skips an output.</summary>
    public void Contributed(string operation, ReadOnlySpan<string> inputs, string[] outputs, params ReadOnlySpan<(string Name, object Value)> attributes) =>
        Nodes(operation, ContributedDomain, inputs, outputs, attributes);

    /// <summary>Splits <paramref name="value"/> along <paramref name="axis"/> into parts of the given sizes.</summary>
    public string[] Split(string value, int axis, params long[] sizes)
    {
        string[] outputs = sizes.Select(_ => NextName("Split")).ToArray();
        Nodes("Split", string.Empty, [value, Integers(sizes)], outputs, [("axis", axis)]);
        return outputs;
    }

    /// <summary>Whether a weight or constant of that name was stored already.</summary>
    public bool Has(string name) => _stored.Contains(name);

    /// <summary>A fresh value name that starts with <paramref name="stem"/>.</summary>
    public string NextName(string stem) => $"{stem}_{_counter++}";

    /// <summary>An int64 vector constant; equal vectors are shared.</summary>
    public string Integers(params long[] values)
    {
        string key = "i64:" + string.Join(',', values);
        if (!_constants.TryGetValue(key, out string? name))
        {
            name = NextName("shape");
            _graph.Initializer.Add(Inline(name, DataType.Int64, [values.Length], MemoryMarshal.AsBytes<long>(values)));
            _constants.Add(key, name);
        }

        return name;
    }

    /// <summary>A float scalar constant of the given type.</summary>
    public string Scalar(float value, DataType type)
    {
        string key = $"{type}:{BitConverter.SingleToInt32Bits(value)}";
        if (!_constants.TryGetValue(key, out string? name))
        {
            name = NextName("scalar");
            byte[] bytes = type == DataType.Float16 ? BitConverter.GetBytes((Half)value) : BitConverter.GetBytes(value);
            _graph.Initializer.Add(Inline(name, type, [], bytes));
            _constants.Add(key, name);
        }

        return name;
    }

    /// <summary>
    /// Stores a matrix-like weight in <see cref="Storage"/> and returns a value of <paramref name="compute"/> (by default
    /// <see cref="Compute"/>): where the two differ a Cast follows, which ONNX Runtime folds when it loads the graph.
    /// A value beyond the range of fp16 keeps the whole tensor in fp32.
    /// </summary>
    public string Matrix(string name, ReadOnlySpan<long> shape, ReadOnlySpan<float> values, DataType? compute = null) =>
        Store(name, shape, values, Storage, compute ?? Compute);

    /// <summary>Stores a Linear's matrix transposed to [columns, rows], as MatMul wants it, a band of rows at a time.</summary>
    /// <inheritdoc cref="Matrix"/>
    public string TransposedMatrix(string name, WeightMatrix matrix, DataType? compute = null, long[]? shape = null)
    {
        const int BandElements = 1 << 20;
        DataType type = compute ?? Compute;
        DataType storage = ChooseStorage(name, matrix.Values.Span, Storage, type);
        long bytes = (long)matrix.Rows * matrix.Columns * (storage == DataType.Float16 ? 2 : 4);
        int columns = Math.Clamp(BandElements / matrix.Rows, 1, matrix.Columns);
        int bands = (matrix.Columns + columns - 1) / columns;
        (float[] Values, Half[] Halves)[] slots = new (float[] Values, Half[] Halves)[Math.Min(ParallelBands.Degree, bands)];
        for (int slot = 0; slot < slots.Length; slot++)
        {
            int elements = columns * matrix.Rows;
            slots[slot] = (new float[elements], storage == DataType.Float16 ? new Half[elements] : []);
        }

        // All cores make a band each, which are then written in order.
        long offset = _data.Begin(storage, bytes);
        if (IsReplaying)
        {
            _data.Skip(bytes);
            bands = 0;
        }

        for (int first = 0; first < bands; first += slots.Length)
        {
            int start = first;
            int count = Math.Min(slots.Length, bands - first);
            ParallelBands.For(count, slot =>
            {
                Span<float> part = Part(slots[slot].Values, start + slot);
                matrix.TransposeBand((start + slot) * columns, part.Length / matrix.Rows, part);
                if (storage == DataType.Float16)
                {
                    TensorPrimitives.ConvertToHalf(part, slots[slot].Halves);
                }
            });
            for (int slot = 0; slot < count; slot++)
            {
                Span<float> part = Part(slots[slot].Values, first + slot);
                if (storage == DataType.Float16)
                {
                    _data.Write<Half>(slots[slot].Halves.AsSpan(0, part.Length));
                }
                else
                {
                    _data.Write<float>(part);
                }
            }
        }

        return Register(name, External(InitializerName(name, storage, type), storage, shape ?? [matrix.Columns, matrix.Rows], offset, bytes), storage, type);

        Span<float> Part(float[] values, int band) => values.AsSpan(0, Math.Min(columns, matrix.Columns - (band * columns)) * matrix.Rows);
    }

    /// <summary>Stores a small weight (bias, norm) in the type in which it is used.</summary>
    public string Vector(string name, ReadOnlySpan<long> shape, ReadOnlySpan<float> values, DataType? compute = null)
    {
        DataType type = compute ?? Compute;
        return Store(name, shape, values, type, type);
    }

    /// <summary>Stores raw bytes as a tensor of the given type.</summary>
    public string Raw<T>(string name, DataType type, ReadOnlySpan<long> shape, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        _graph.Initializer.Add(External(name, type, shape, values));
        return name;
    }

    public string MatMul(string a, string b) => Node("MatMul", [a, b]);

    public string Add(string a, string b) => Node("Add", [a, b]);

    public string Multiply(string a, string b) => Node("Mul", [a, b]);

    public string Reshape(string value, params long[] shape) => Node("Reshape", [value, Integers(shape)]);

    public string Transpose(string value, params long[] permutation) => Node("Transpose", [value], ("perm", permutation));

    public string Cast(string value, DataType type) => Node("Cast", [value], ("to", (long)type));

    public string Softmax(string value) => Node("Softmax", [value], ("axis", -1L));

    public string Concat(int axis, params string[] values) => Node("Concat", values, ("axis", axis));

    public string Slice(string value, int axis, long start, long end) =>
        Node("Slice", [value, Integers(start), Integers(end), Integers(axis)]);

    /// <summary>Layer normalisation over the last axis.</summary>
    public string LayerNorm(string value, string scale, string bias, double epsilon) =>
        Node("LayerNormalization", [value, scale, bias], ("axis", -1L), ("epsilon", (float)epsilon), ("stash_type", 1L));

    /// <summary>Finishes the graph and writes it.</summary>
    public void Save(string path, string producerVersion)
    {
        ModelProto model = new()
        {
            IrVersion = 10,
            ProducerName = "mglmm",
            ProducerVersion = producerVersion,
            Graph = _graph,
            OpsetImport =
            {
                new OperatorSetIdProto { Domain = string.Empty, Version = 21 },
                new OperatorSetIdProto { Domain = ContributedDomain, Version = 1 },
            },
        };
        using FileStream stream = new(path, FileMode.Create, FileAccess.Write);
        model.WriteTo(stream);
    }

    private string[] Nodes(string operation, string domain, ReadOnlySpan<string> inputs, string[] outputs, ReadOnlySpan<(string Name, object Value)> attributes)
    {
        NodeProto node = new() { OpType = operation, Domain = domain, Name = NextName(operation + "#") };
        foreach (string input in inputs)
        {
            node.Input.Add(input);
        }

        node.Output.AddRange(outputs);
        foreach ((string name, object value) in attributes)
        {
            node.Attribute.Add(Attribute(name, value));
        }

        _graph.Node.Add(node);
        return outputs;
    }

    private string Store(string name, ReadOnlySpan<long> shape, ReadOnlySpan<float> values, DataType storage, DataType compute)
    {
        storage = ChooseStorage(name, values, storage, compute);
        string initializer = InitializerName(name, storage, compute);
        return Register(
            name,
            storage == DataType.Float16 ? External<Half>(initializer, storage, shape, ToHalf(values)) : External(initializer, storage, shape, values),
            storage,
            compute);
    }

    /// <summary>Adds an initializer, and the Cast behind it where it is not stored as it is used.</summary>
    private string Register(string name, TensorProto initializer, DataType storage, DataType compute)
    {
        if (!_stored.Add(name))
        {
            throw new InvalidOperationException($"Weight '{name}' was stored twice in one graph.");
        }

        _graph.Initializer.Add(initializer);
        if (storage != compute)
        {
            _graph.Node.Add(new NodeProto
            {
                OpType = "Cast",
                Name = "cast/" + name,
                Input = { initializer.Name },
                Output = { name },
                Attribute = { Attribute("to", (long)compute) },
            });
        }

        return name;
    }

    private static string InitializerName(string name, DataType storage, DataType compute) => storage == compute ? name : name + ".stored";

    /// <summary>What fp16 cannot hold stays in fp32 where it is computed in fp32, and is refused where it is not.</summary>
    private DataType ChooseStorage(string name, ReadOnlySpan<float> values, DataType storage, DataType compute)
    {
        if (storage != DataType.Float16 || IsReplaying)
        {
            return _data.ReplayedType ?? storage;
        }

        if (compute == DataType.Float && ExceedsHalf(values))
        {
            return DataType.Float;
        }

        RequireHalf(name, values);
        return storage;
    }

    /// <summary>Checks that fp16 can hold all values.</summary>
    /// <exception cref="ConversionException">It cannot.</exception>
    public static void RequireHalf(string name, ReadOnlySpan<float> values)
    {
        if (ExceedsHalf(values))
        {
            throw new ConversionException($"Tensor '{name}' holds values beyond the range of fp16. Convert with --precision fp32 --accelerator cpu.");
        }
    }

    private static Half[] ToHalf(ReadOnlySpan<float> values)
    {
        Half[] halves = GC.AllocateUninitializedArray<Half>(values.Length);
        TensorPrimitives.ConvertToHalf(values, halves);
        return halves;
    }

    private static bool ExceedsHalf(ReadOnlySpan<float> values) => !values.IsEmpty && TensorPrimitives.MaxMagnitude(values) is var most && MathF.Abs(most) > (float)Half.MaxValue;

    private TensorProto External<T>(string name, DataType type, ReadOnlySpan<long> shape, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        long length = (long)values.Length * Marshal.SizeOf<T>();
        if (values.Length <= InlineElements)
        {
            return Inline(name, type, shape, _data.Inline(type, MemoryMarshal.AsBytes(values)));
        }

        return External(name, type, shape, _data.Append(type, values), length);
    }

    private TensorProto External(string name, DataType type, ReadOnlySpan<long> shape, long offset, long length)
    {
        TensorProto tensor = new() { Name = name, DataType = type, DataLocation = TensorProto.Types.DataLocation.External };
        foreach (long dimension in shape)
        {
            tensor.Dims.Add(dimension);
        }

        tensor.ExternalData.Add(Entry("location", _data.FileName));
        tensor.ExternalData.Add(Entry("offset", offset.ToString(CultureInfo.InvariantCulture)));
        tensor.ExternalData.Add(Entry("length", length.ToString(CultureInfo.InvariantCulture)));
        return tensor;
    }

    private static StringStringEntryProto Entry(string key, string value) => new() { Key = key, Value = value };

    private static TensorProto Inline(string name, DataType type, ReadOnlySpan<long> shape, ReadOnlySpan<byte> bytes)
    {
        TensorProto tensor = new() { Name = name, DataType = type, RawData = ByteString.CopyFrom(bytes) };
        foreach (long dimension in shape)
        {
            tensor.Dims.Add(dimension);
        }

        return tensor;
    }

    private static AttributeProto Attribute(string name, object value) => value switch
    {
        long integer => new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = integer },
        int integer => new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = integer },
        float real => new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = real },
        string text => new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(text) },
        long[] integers => new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { integers } },
        _ => throw new ArgumentException($"Attribute '{name}' has the unsupported type {value.GetType()}.", nameof(value)),
    };

    private static ValueInfoProto ValueInfo(string name, DataType type, object[] dimensions)
    {
        TensorShapeProto shape = new();
        foreach (object dimension in dimensions)
        {
            shape.Dim.Add(dimension switch
            {
                string symbol => new TensorShapeProto.Types.Dimension { DimParam = symbol },
                int size => new TensorShapeProto.Types.Dimension { DimValue = size },
                long size => new TensorShapeProto.Types.Dimension { DimValue = size },
                _ => throw new ArgumentException($"'{dimension}' is no dimension.", nameof(dimensions)),
            });
        }

        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = type, Shape = shape } } };
    }
}
