using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace MGLMM.Data.SegCap;

/// <summary>How lines of SegCap files are read and written, both versions.</summary>
internal static class SegCapLines
{
    /// <summary>What version 2 added. A line of version 1 may use these names for fields of its own.</summary>
    private static readonly string[] AddedByVersion2 = ["target", "ignore", "expression", "references", "turns", "regions", "source"];

    /// <summary>Reads lines of version 1: what version 2 added is unknown to them.</summary>
    public static JsonTypeInfo<SegCapSample> Version1 { get; } = Reader(type =>
    {
        // The constructor's parameters cannot be taken out of a contract; under names that no file has they are never met.
        foreach (JsonPropertyInfo? property in type.Properties.Where(property => AddedByVersion2.Contains(property.Name)))
        {
            property.Name = "\0" + property.Name;
        }
    });

    /// <summary>Reads lines of version 2: a sample with turns has no instruction and no answer.</summary>
    public static JsonTypeInfo<SegCapSample> Version2 { get; } = Reader(type =>
    {
        foreach (JsonPropertyInfo? property in type.Properties.Where(property => property.Name is "instruction" or "answer"))
        {
            property.IsRequired = false;
        }
    });

    /// <summary>Writes lines: what is empty is left out, but for the masks and labels of a sample of one question.</summary>
    public static JsonTypeInfo<SegCapSample> Written { get; } = Writer();

    /// <summary>Whether a field is one that version 2 added.</summary>
    public static bool IsAddedByVersion2(string name) => AddedByVersion2.Contains(name);

    private static JsonTypeInfo<SegCapSample> Reader(Action<JsonTypeInfo> change)
    {
        JsonSerializerOptions options = new(SegCapJson.Default.Options)
        {
            TypeInfoResolver = SegCapJson.Default.WithAddedModifier(type =>
            {
                if (type.Type == typeof(SegCapSample))
                {
                    change(type);
                }
            }),
        };
        return (JsonTypeInfo<SegCapSample>)options.GetTypeInfo(typeof(SegCapSample));
    }

    private static JsonTypeInfo<SegCapSample> Writer()
    {
        JsonSerializerOptions options = new(SegCapJson.Default.Options)
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            TypeInfoResolver = SegCapJson.Default.WithAddedModifier(type =>
            {
                foreach (JsonPropertyInfo property in type.Properties)
                {
                    property.ShouldSerialize = (owner, value) => IsWritten(owner, property.Name, value);
                }
            }),
        };
        return (JsonTypeInfo<SegCapSample>)options.GetTypeInfo(typeof(SegCapSample));
    }

    private static bool IsWritten(object owner, string name, object? value) => (owner, name) switch
    {
        (SegCapSample sample, "version") => sample.Version > 1,
        (SegCapSample { Turns.Count: > 0 }, "instruction" or "answer" or "masks" or "labels" or "parents") => false,
        (SegCapSample or SegCapQuestion, "masks" or "labels") => true,
        (RunLengths, _) => true,
        _ => value switch
        {
            null or false => owner is SegCapSample && name == "truth" && value is false,
            System.Collections.ICollection { Count: 0 } => false,
            System.Collections.IEnumerable list and not string => list.GetEnumerator().MoveNext(),
            _ => true,
        },
    };
}
