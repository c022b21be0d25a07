using System.Buffers.Binary;
using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MGLMM.Conversion.Families;

namespace MGLMM.Hub.StandIn;

/// <summary>
/// Makes a checkpoint of the true layout with random weights in bfloat16, in shards as <c>save_pretrained</c> cuts them (in the order of the modules), and its
/// CLIP tower. The tokenizer and the configuration come from a small checkpoint.
/// </summary>
internal static class RandomCheckpoint
{
    /// <summary>Writes the two folders.</summary>
    /// <param name="checkpoint">The checkpoint's folder; made.</param>
    /// <param name="tower">The tower's folder; made.</param>
    /// <param name="template">A small checkpoint of the MGLMM family with its tokenizer.</param>
    /// <param name="templateTower">Its tower, for the configuration.</param>
    /// <param name="hidden">The language model's width.</param>
    /// <param name="layers">The language model's layers.</param>
    /// <param name="shards">Files of the checkpoint.</param>
    /// <param name="towerName">What config.json calls the tower.</param>
    public static void Make(string checkpoint, string tower, string template, string templateTower, int hidden, int layers, int shards, string towerName)
    {
        const int Heads = 8;
        JsonObject configuration = JsonNode.Parse(File.ReadAllText(Path.Combine(template, "config.json")))!.AsObject();
        int vocabulary = configuration["vocab_size"]!.GetValue<int>();
        DecoderDimensions decoder = new(hidden, layers, Heads, Heads, hidden / Heads, hidden * 8 / 3 / 32 * 32, vocabulary, 512, 1e-6, 10000, false);
        GlobalEncoderDimensions global = new(56, 14, 4, 48, 2, 4, 100, 1e-5, "quick_gelu", false, hidden, hidden);
        GroundingEncoderDimensions grounding = new(128, 16, 8, 64, 4, 16, 128, 48, [3, 0]);
        MaskDecoderDimensions mask = new(hidden, hidden, 48, 8, 2, 24, 64, 4, 12, 6, 48);
        configuration["hidden_size"] = hidden;
        configuration["intermediate_size"] = decoder.Intermediate;
        configuration["num_hidden_layers"] = layers;
        configuration["num_attention_heads"] = Heads;
        configuration["num_key_value_heads"] = Heads;
        configuration["mm_vision_tower"] = towerName;
        configuration["vision_tower"] = towerName;
        configuration["torch_dtype"] = "bfloat16";
        Directory.CreateDirectory(checkpoint);
        Directory.CreateDirectory(tower);
        foreach (string name in (string[])["tokenizer.model", "tokenizer_config.json", "added_tokens.json", "special_tokens_map.json", "generation_config.json"])
        {
            File.Copy(Path.Combine(template, name), Path.Combine(checkpoint, name), overwrite: true);
        }

        File.WriteAllText(Path.Combine(checkpoint, "config.json"), configuration.ToJsonString());

        // As modules are registered: embeddings, layers, norm, then what the family added, and the head last.
        (string, long[] Shape)[] tensors = decoder.Required().Concat(global.RequiredOfCheckpoint()).Concat(grounding.Required()).Concat(mask.Required())
            .OrderBy(tensor => tensor.Name == "lm_head.weight").Select(tensor => (tensor.Name.Replace(CheckpointFamily.CanonicalGroundingPrefix, CheckpointFamily.Mglmm.GroundingPrefix, StringComparison.Ordinal), tensor.Shape)).ToArray();
        WriteShards(checkpoint, tensors, shards);

        JsonObject towerConfiguration = JsonNode.Parse(File.ReadAllText(Path.Combine(templateTower, "config.json")))!.AsObject();
        File.WriteAllText(Path.Combine(tower, "config.json"), towerConfiguration.ToJsonString());
        File.Copy(Path.Combine(templateTower, "preprocessor_config.json"), Path.Combine(tower, "preprocessor_config.json"), overwrite: true);
        WriteFile(Path.Combine(tower, "model.safetensors"), [.. (global with { Layers = 3 }).RequiredOfTower()], 1);
    }

    private static void WriteShards(string folder, (string Name, long[] Shape)[] tensors, int shards)
    {
        long total = tensors.Sum(tensor => Bytes(tensor.Shape));
        JsonObject map = new();
        int next = 0;
        for (int shard = 1; shard <= shards; shard++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"model-{shard:00000}-of-{shards:00000}.safetensors");
            List<(string Name, long[] Shape)> part = new();
            for (long bytes = 0L; next < tensors.Length && (shard == shards || part.Count == 0 || bytes + Bytes(tensors[next].Shape) <= total / shards); next++)
            {
                bytes += Bytes(tensors[next].Shape);
                part.Add(tensors[next]);
                map[tensors[next].Name] = name;
            }

            WriteFile(Path.Combine(folder, name), part, shard);
        }

        // Python writes the map in the order of names, not of files.
        JsonObject sorted = new(map.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => KeyValuePair.Create(entry.Key, entry.Value?.DeepClone())));
        File.WriteAllText(Path.Combine(folder, "model.safetensors.index.json"), new JsonObject { ["metadata"] = new JsonObject { ["total_size"] = total }, ["weight_map"] = sorted }.ToJsonString());
    }

    private static void WriteFile(string path, IReadOnlyList<(string Name, long[] Shape)> tensors, int seed)
    {
        JsonObject header = new();
        long offset = 0L;
        foreach ((string name, long[] shape) in tensors)
        {
            header[name] = new JsonObject
            {
                ["dtype"] = "BF16",
                ["shape"] = JsonSerializer.SerializeToNode(shape),
                ["data_offsets"] = new JsonArray(offset, offset + Bytes(shape)),
            };
            offset += Bytes(shape);
        }

        byte[] json = Encoding.UTF8.GetBytes(header.ToJsonString());
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        using FileStream stream = new(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        stream.Write(length);
        stream.Write(json);
        Random random = new(seed);
        float[] values = new float[1 << 16];
        byte[] stored = new byte[2 * values.Length];
        foreach ((string name, long[] shape) in tensors)
        {
            bool isNorm = shape.Length == 1 && name.EndsWith("weight", StringComparison.Ordinal);
            float scale = shape.Length > 1 ? 1f / MathF.Sqrt(shape[^1]) : 0.02f;
            for (long left = Bytes(shape) / 2; left > 0;)
            {
                int count = (int)Math.Min(values.Length, left);
                for (int index = 0; index < count; index++)
                {
                    values[index] = (isNorm ? 1 : 0) + (((float)random.NextDouble() - 0.5f) * 2 * scale);
                    BinaryPrimitives.WriteUInt16LittleEndian(stored.AsSpan(2 * index), (ushort)(BitConverter.SingleToUInt32Bits(values[index]) >> 16));
                }

                stream.Write(stored, 0, 2 * count);
                left -= count;
            }
        }
    }

    private static long Bytes(long[] shape) => 2 * shape.Aggregate(1L, (product, size) => product * size);
}
