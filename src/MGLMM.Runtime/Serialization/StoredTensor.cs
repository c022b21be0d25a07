using System.Globalization;
using System.Text;

namespace MGLMM.Runtime.Serialization;

/// <summary>Weights of an ONNX graph, and where they lie.</summary>
/// <param name="Name">By which nodes take them.</param>
/// <param name="ElementType">ONNX's number of it.</param>
/// <param name="Shape">Their shape.</param>
/// <param name="Location">The file that they lie in; null where they lie in the graph.</param>
/// <param name="Offset">Where in it.</param>
/// <param name="Length">How many bytes; 0 where that is not said.</param>
internal sealed record StoredTensor(string Name, int ElementType, IReadOnlyList<long> Shape, string? Location, long Offset, long Length)
{
    public const int Floats = 1;
    public const int Bytes = 2;

    public const int ShapeField = 1;
    public const int ElementTypeField = 2;
    public const int NameField = 8;
    public const int ExternalDataField = 13;
    public const int DataLocationField = 14;

    /// <summary>What the field of that name says of weights in a file.</summary>
    public const long External = 1;

    /// <summary>Reads the message.</summary>
    /// <param name="message">A TensorProto.</param>
    /// <param name="subject">What the file is, as a sentence about it begins.</param>
    /// <exception cref="InvalidDataException">It is damaged, or does not say where the weights lie.</exception>
    public static StoredTensor Read(ReadOnlySpan<byte> message, string subject)
    {
        (string name, int elementType, bool isExternal) = (string.Empty, 0, false);
        List<long> shape = [];
        Dictionary<string, string> entries = new(StringComparer.Ordinal);
        ProtobufReader tensor = new(message, subject);
        while (tensor.Next())
        {
            switch (tensor.Field)
            {
                case ShapeField:
                    shape.AddRange(tensor.Numbers.Select(size => (long)size));
                    break;
                case ElementTypeField:
                    elementType = (int)tensor.Number;
                    break;
                case NameField:
                    name = Encoding.UTF8.GetString(tensor.Bytes);
                    break;
                case ExternalDataField:
                    ReadEntry(tensor.Bytes, subject, entries);
                    break;
                case DataLocationField:
                    isExternal = tensor.Number != 0;
                    break;
            }
        }

        if (!isExternal && entries.Count == 0)
        {
            return new StoredTensor(name, elementType, shape, null, 0, 0);
        }

        return entries.TryGetValue("location", out string? location)
            && Number("offset", out long offset)
            && Number("length", out long length)
            && offset >= 0 && length >= 0 && offset <= long.MaxValue - length
            ? new StoredTensor(name, elementType, shape, location, offset, length)
            : throw new InvalidDataException($"{subject} cannot be read: it does not say where the weight '{name}' lies.");

        bool Number(string key, out long value) => long.TryParse(entries.GetValueOrDefault(key, "0"), NumberStyles.Integer, CultureInfo.InvariantCulture, out value);
    }

    private static void ReadEntry(ReadOnlySpan<byte> message, string subject, Dictionary<string, string> entries)
    {
        (string key, string value) = (string.Empty, string.Empty);
        ProtobufReader entry = new(message, subject);
        while (entry.Next())
        {
            if (entry.Field == 1)
            {
                key = Encoding.UTF8.GetString(entry.Bytes);
            }
            else if (entry.Field == 2)
            {
                value = Encoding.UTF8.GetString(entry.Bytes);
            }
        }

        entries[key] = value;
    }
}
