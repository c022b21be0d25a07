using System.Text;
using MGLMM.Runtime.Serialization;

namespace MGLMM.Runtime.Bundles;

/// <summary>
/// What an ONNX graph takes, gives and reads beside itself, taken from its file without loading it. Field numbers:
/// github.com/onnx/onnx, onnx/onnx.proto.
/// </summary>
internal sealed class GraphInterface
{
    private const string Subject = "The graph";

    /// <summary>Larger than any graph whose weights lie in files of their own.</summary>
    private const long MaximumBytes = 256 << 20;

    /// <summary>Graphs inside attributes of nodes, such as branches.</summary>
    private const int MaximumDepth = 8;

    private readonly Dictionary<string, GraphValue> _inputs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GraphValue> _outputs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long?[]> _weights = new(StringComparer.Ordinal);
    private readonly List<(string Operation, string Attribute, long Value)> _attributes = [];
    private readonly Dictionary<string, long> _external = new(StringComparer.Ordinal);

    private GraphInterface()
    {
    }

    /// <summary>The inputs that a run must bind, by name.</summary>
    public IReadOnlyDictionary<string, GraphValue> Inputs => _inputs;

    /// <summary>The outputs by name.</summary>
    public IReadOnlyDictionary<string, GraphValue> Outputs => _outputs;

    /// <summary>Shapes of the stored weights by name.</summary>
    public IReadOnlyDictionary<string, long?[]> Weights => _weights;

    /// <summary>Integer attributes of the nodes, by operation.</summary>
    public IReadOnlyList<(string Operation, string Attribute, long Value)> Attributes => _attributes;

    /// <summary>The files that hold weights, as the graph names them, and how many bytes of each it reads at least.</summary>
    public IReadOnlyDictionary<string, long> External => _external;

    /// <summary>Reads a graph's file.</summary>
    /// <exception cref="InvalidDataException">It is no ONNX graph, damaged or too large.</exception>
    public static GraphInterface Read(string path)
    {
        if (new FileInfo(path).Length > MaximumBytes)
        {
            throw new InvalidDataException($"{Subject} cannot be read: it is larger than {MaximumBytes >> 20} MB, so its weights are not in a file of their own.");
        }

        GraphInterface graph = new();
        bool found = false;
        ProtobufReader model = new(File.ReadAllBytes(path), Subject);
        while (model.Next())
        {
            switch (model.Field)
            {
                case 7:
                    found = true;
                    graph.ReadGraph(model.Bytes, isMain: true, MaximumDepth);
                    break;
                case 20 or 25:
                    // Training steps and functions may hold tensors of their own; no converter writes them.
                    throw new InvalidDataException($"{Subject} cannot be read: it holds functions or training steps.");
            }
        }

        return found ? graph : throw new InvalidDataException($"{Subject} cannot be read: it is no ONNX model.");
    }

    private void ReadGraph(ReadOnlySpan<byte> message, bool isMain, int depth)
    {
        if (depth == 0)
        {
            throw new InvalidDataException($"{Subject} cannot be read: its branches are nested too deeply.");
        }

        ProtobufReader reader = new(message, Subject);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    ReadNode(reader.Bytes, depth);
                    break;
                case 5:
                    ReadTensor(reader.Bytes);
                    break;
                case 11 when isMain:
                    ReadValue(reader.Bytes, _inputs);
                    break;
                case 12 when isMain:
                    ReadValue(reader.Bytes, _outputs);
                    break;
                case 15:
                    ReadSparse(reader.Bytes);
                    break;
            }
        }
    }

    private void ReadNode(ReadOnlySpan<byte> message, int depth)
    {
        string operation = string.Empty;
        List<(string Name, long Value)> attributes = new();
        ProtobufReader reader = new(message, Subject);
        while (reader.Next())
        {
            if (reader.Field == 4)
            {
                operation = Text(reader.Bytes);
            }
            else if (reader.Field == 5)
            {
                ReadAttribute(reader.Bytes, attributes, depth);
            }
        }

        _attributes.AddRange(attributes.Select(attribute => (operation, attribute.Name, attribute.Value)));
    }

    private void ReadAttribute(ReadOnlySpan<byte> message, List<(string Name, long Value)> attributes, int depth)
    {
        string name = string.Empty;
        long? value = null;
        ProtobufReader reader = new(message, Subject);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    name = Text(reader.Bytes);
                    break;
                case 3:
                    value = (long)reader.Number;
                    break;
                case 5 or 10:
                    ReadTensor(reader.Bytes);
                    break;
                case 6 or 11:
                    ReadGraph(reader.Bytes, isMain: false, depth - 1);
                    break;
                case 22 or 23:
                    ReadSparse(reader.Bytes);
                    break;
            }
        }

        if (value is { } number)
        {
            attributes.Add((name, number));
        }
    }

    private void ReadSparse(ReadOnlySpan<byte> message)
    {
        ProtobufReader reader = new(message, Subject);
        while (reader.Next())
        {
            if (reader.Field is 1 or 2)
            {
                ReadTensor(reader.Bytes);
            }
        }
    }

    private void ReadTensor(ReadOnlySpan<byte> message)
    {
        StoredTensor tensor = StoredTensor.Read(message, Subject);
        _weights[tensor.Name] = [.. tensor.Shape.Select(size => (long?)size)];
        if (tensor.Location is { } location)
        {
            _external[location] = Math.Max(_external.GetValueOrDefault(location), tensor.Offset + tensor.Length);
        }
    }

    private static void ReadValue(ReadOnlySpan<byte> message, Dictionary<string, GraphValue> values)
    {
        string name = string.Empty;
        GraphValue value = new(0, []);
        ProtobufReader reader = new(message, Subject);
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                name = Text(reader.Bytes);
            }
            else if (reader.Field == 2)
            {
                value = ReadType(reader.Bytes);
            }
        }

        values[name] = value;
    }

    private static GraphValue ReadType(ReadOnlySpan<byte> message)
    {
        GraphValue value = new(0, []);
        ProtobufReader type = new(message, Subject);
        while (type.Next())
        {
            if (type.Field != 1)
            {
                continue;
            }

            ProtobufReader tensor = new(type.Bytes, Subject);
            while (tensor.Next())
            {
                value = tensor.Field switch
                {
                    1 => value with { ElementType = (int)Math.Min(tensor.Number, int.MaxValue) },
                    2 => value with { Shape = ReadShape(tensor.Bytes) },
                    _ => value,
                };
            }
        }

        return value;
    }

    private static long?[] ReadShape(ReadOnlySpan<byte> message)
    {
        List<long?> shape = new();
        ProtobufReader reader = new(message, Subject);
        while (reader.Next())
        {
            if (reader.Field != 1)
            {
                continue;
            }

            long? size = null;
            ProtobufReader dimension = new(reader.Bytes, Subject);
            while (dimension.Next())
            {
                size = dimension.Field == 1 ? (long)dimension.Number : size;
            }

            shape.Add(size);
        }

        return [.. shape];
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}

/// <summary>An input or output of a graph.</summary>
/// <param name="ElementType">ONNX's number of the element type: 1 fp32, 6 int32, 10 fp16.</param>
/// <param name="Shape">The sizes of its dimensions; null where any size will do.</param>
internal sealed record GraphValue(int ElementType, long?[] Shape)
{
    /// <summary>The shape, for people.</summary>
    public string Description => $"[{string.Join(", ", Shape.Select(size => size?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "any"))}]";
}
