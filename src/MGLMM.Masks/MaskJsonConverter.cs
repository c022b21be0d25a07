using System.Text.Json;
using System.Text.Json.Serialization;

namespace MGLMM.Masks;

/// <summary>A mask as COCO's compressed run lengths: <c>{"size": [height, width], "counts": "..."}</c>.</summary>
public sealed class MaskJsonConverter : JsonConverter<Mask>
{
    /// <inheritdoc/>
    public override Mask Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using JsonDocument document = JsonDocument.ParseValue(ref reader);
        JsonElement root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty("size", out JsonElement size) || size.ValueKind != JsonValueKind.Array || size.GetArrayLength() != 2
            || !size[0].TryGetInt32(out int height) || !size[1].TryGetInt32(out int width)
            || !root.TryGetProperty("counts", out JsonElement counts) || counts.ValueKind != JsonValueKind.String)
        {
            throw new JsonException("A mask is {\"size\": [height, width], \"counts\": \"...\"} with compressed COCO run lengths.");
        }

        try
        {
            return CocoRle.Decode(counts.GetString()!, width, height);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new JsonException($"A mask's run lengths cannot be read: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Mask value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        new CocoWriter(writer).WriteRunLengths(value);
    }
}
