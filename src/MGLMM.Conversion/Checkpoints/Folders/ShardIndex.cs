using System.Text.Json;

namespace MGLMM.Conversion.Checkpoints.Folders;

/// <summary>
/// The index of a sharded Hugging Face checkpoint (<c>*.index.json</c>): which file holds which tensor.
/// </summary>
/// <param name="FileName">The index's own name.</param>
/// <param name="Files">Tensor name to shard file name, in the order of the index.</param>
internal sealed record ShardIndex(string FileName, IReadOnlyDictionary<string, string> Files)
{
    private const int MaximumBytes = 64 << 20;
    private const int MaximumNameLength = 255;

    /// <summary>The shards, each once, in the order of the index.</summary>
    public IEnumerable<string> ShardNames => Files.Values.Distinct(StringComparer.Ordinal);

    /// <summary>Reads an index.</summary>
    /// <exception cref="CheckpointFormatException">It is not one, or it names a shard that is not a plain file name.</exception>
    public static ShardIndex Read(string path)
    {
        using MappedFile file = MappedFile.Open(path);
        if (file.Length > MaximumBytes)
        {
            throw new CheckpointFormatException(file.Name, $"The index has {file.Length} bytes; at most {MaximumBytes} are read.");
        }

        byte[] json = new byte[file.Length];
        file.Read(0, json);
        if (JsonText.Problem(json) is { } problem)
        {
            throw new CheckpointFormatException(file.Name, problem);
        }

        Dictionary<string, string> files = new(StringComparer.Ordinal);
        try
        {
            using JsonDocument document = JsonDocument.Parse(JsonText.WithoutMark(json), new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("weight_map", out JsonElement map)
                || map.ValueKind != JsonValueKind.Object)
            {
                throw Damaged(file.Name, "The index has no \"weight_map\" object.");
            }

            foreach (JsonProperty property in map.EnumerateObject())
            {
                if (property.Value.ValueKind != JsonValueKind.String)
                {
                    throw Damaged(file.Name, $"The index does not say which file holds {CheckpointFormatException.Quote(property.Name)}.");
                }

                string shard = property.Value.GetString()!;
                CheckShardName(file.Name, shard);
                files.Add(property.Name, shard);
            }
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: text with half a surrogate pair, written as an escape.
            throw new CheckpointFormatException(
                file.Name, $"The index is not valid JSON ({CheckpointFormatException.Quote(failure.Message)}). {CheckpointFormatException.FetchAgainAdvice}", failure);
        }

        return files.Count > 0 ? new ShardIndex(file.Name, files) : throw Damaged(file.Name, "The index lists no tensors.");
    }

    // A plain file name on every system, so that an index can never lead out of its folder.
    private static void CheckShardName(string fileName, string shard)
    {
        if (shard.Length is 0 or > MaximumNameLength || shard is "." or ".." || shard.AsSpan().IndexOfAny("/\\:\0") >= 0)
        {
            throw new CheckpointFormatException(
                fileName, $"The index names the shard {CheckpointFormatException.Quote(shard)}, which is not a plain file name. Do not trust this checkpoint.");
        }
    }

    private static CheckpointFormatException Damaged(string fileName, string problem) =>
        new(fileName, $"{problem} {CheckpointFormatException.FetchAgainAdvice}");
}
