
namespace MGLMM.Runtime.Bundles;

/// <summary>
/// What must hold between a manifest and its graphs before one is loaded: a graph that takes other shapes would fail at the first question
/// at best, and a file of weights that the manifest does not list is covered by no hash.
/// </summary>
internal static class GraphRules
{
    private const int Float = 1;

    private const int Integer = 6;

    private const int Half = 10;

    /// <summary>The decoder's table of cosines, [positions, half of a head].</summary>
    private const string RotaryTable = "rotary.cosine";

    /// <summary>Every broken rule, a sentence each.</summary>
    /// <param name="folder">The bundle's folder, whose files are there and have the lengths that the manifest states.</param>
    /// <param name="manifest">A manifest without faults.</param>
    public static IEnumerable<string> Check(string folder, BundleManifest manifest) => Expected(manifest)
        .GroupBy(value => value.Graph, StringComparer.Ordinal)
        .SelectMany(values => CheckGraph(folder, manifest, values.Key, [.. values]));

    private static List<string> CheckGraph(string folder, BundleManifest manifest, string path, ExpectedValue[] expected)
    {
        GraphInterface graph;
        try
        {
            graph = GraphInterface.Read(Path.Combine(folder, path.Replace('/', Path.DirectorySeparatorChar)));
        }
        catch (InvalidDataException exception)
        {
            return [$"'{path}': {exception.Message}"];
        }

        List<string> faults = [.. expected.Select(value => Compare(path, value, graph)).OfType<string>()];
        faults.AddRange(Unlisted(manifest, path, graph));
        if (path == manifest.Decoder.Graph)
        {
            faults.AddRange(CheckDecoder(manifest, path, graph));
        }

        return faults;
    }

    private static string? Compare(string path, ExpectedValue expected, GraphInterface graph)
    {
        string kind = expected.IsInput ? "input" : "output";
        if (!(expected.IsInput ? graph.Inputs : graph.Outputs).TryGetValue(expected.Name, out GraphValue? actual))
        {
            return $"The graph '{path}' has no {kind} '{expected.Name}', which the manifest calls for.";
        }

        if (!expected.ElementTypes.Contains(actual.ElementType))
        {
            return $"The graph '{path}' has the {kind} '{expected.Name}' in another element type than the engine binds.";
        }

        bool fits = actual.Shape.Length == expected.Shape.Length
            && actual.Shape.Zip(expected.Shape).All(sizes => sizes.First is null || sizes.Second is null || sizes.First == sizes.Second);
        return fits
            ? null
            : $"The graph '{path}' has the {kind} '{expected.Name}' of {actual.Description}, but the manifest makes it {new GraphValue(0, expected.Shape).Description}.";
    }

    private static IEnumerable<string> Unlisted(BundleManifest manifest, string path, GraphInterface graph)
    {
        int slash = path.LastIndexOf('/');
        Dictionary<string, long> lengths = manifest.Files.ToDictionary(file => file.Path, file => file.Length, StringComparer.Ordinal);
        foreach ((string location, long end) in graph.External)
        {
            if (!lengths.TryGetValue(path[..(slash + 1)] + location, out long length))
            {
                yield return $"The graph '{path}' reads weights from '{Shown(location)}', which 'files' does not list, so that no hash covers it.";
            }
            else if (end > length)
            {
                yield return $"The graph '{path}' reads {end} bytes of '{location}', which has {length}.";
            }
        }
    }

    private static IEnumerable<string> CheckDecoder(BundleManifest manifest, string path, GraphInterface graph)
    {
        DecoderSpecification decoder = manifest.Decoder;
        int layers = graph.Inputs.Keys.Count(name => name.StartsWith("past_key_values.", StringComparison.Ordinal) && name.EndsWith(".key", StringComparison.Ordinal));
        if (layers > decoder.LayerCount)
        {
            yield return $"The graph '{path}' has {layers} layers, but 'decoder.layer_count' is {decoder.LayerCount}.";
        }

        foreach ((string attribute, string name, int expected) in ((string, string, int)[])[("num_heads", "head_count", decoder.HeadCount), ("kv_num_heads", "key_value_head_count", decoder.KeyValueHeadCount)])
        {
            (string Operation, string Attribute, long Value) other = graph.Attributes.FirstOrDefault(node => node.Operation == "GroupQueryAttention" && node.Attribute == attribute && node.Value != expected);
            if (other.Operation is not null)
            {
                yield return $"The graph '{path}' attends with {attribute} {other.Value}, but 'decoder.{name}' is {expected}.";
            }
        }

        // Positions behind the table's end would be read from whatever follows it in memory.
        if (graph.Weights.TryGetValue(RotaryTable, out long?[]? table) && table is [{ } positions, ..] && positions < decoder.MaximumLength)
        {
            yield return $"The graph '{path}' knows {positions} positions, but 'decoder.maximum_length' is {decoder.MaximumLength}.";
        }
    }

    /// <summary>What the engine binds, in the shapes that the manifest's numbers make.</summary>
    private static IEnumerable<ExpectedValue> Expected(BundleManifest manifest)
    {
        (GlobalEncoderSpecification global, GroundingEncoderSpecification grounding, DecoderSpecification decoder, MaskDecoderSpecification mask) = (manifest.GlobalEncoder, manifest.GroundingEncoder, manifest.Decoder, manifest.MaskDecoder);
        long cells = (long)grounding.GridSize * grounding.GridSize;
        yield return Input(global.Graph, "pixel_values", [Float], 1, 3, global.ImageSize, global.ImageSize);
        yield return Output(global.Graph, "image_tokens", [Float], 1, global.TokenCount, decoder.HiddenSize);
        yield return Input(grounding.Graph, "pixel_values", [Float], 1, 3, grounding.ImageSize, grounding.ImageSize);
        yield return Output(grounding.Graph, "image_embeddings", [Float], 1, cells, grounding.Channels);
        yield return Input(mask.Graph, "image_embeddings", [Float], 1, cells, grounding.Channels);
        yield return Input(mask.Graph, "segment_states", [Float], null, decoder.HiddenSize);
        yield return Output(mask.Graph, "low_res_masks", [Float], null, mask.LogitsSize, mask.LogitsSize);
        yield return Input(decoder.Graph, "inputs_embeds", [Float], 1, null, decoder.HiddenSize);
        yield return Input(decoder.Graph, "seqlens_k", [Integer], 1);
        yield return Input(decoder.Graph, "total_sequence_length", [Integer]);
        yield return Input(decoder.Graph, "logits_positions", [Integer], [null]);
        yield return Output(decoder.Graph, "hidden_states", [Float], 1, null, decoder.HiddenSize);
        yield return Output(decoder.Graph, "logits", [Float], 1, null, decoder.VocabularySize);

        // One layer more than a real model has is fault enough; a manifest may claim a million.
        const int MostNamed = 512;
        for (int layer = 0; layer < Math.Min(decoder.LayerCount, MostNamed); layer++)
        {
            foreach (string kind in (string[])["key", "value"])
            {
                yield return Input(decoder.Graph, $"past_key_values.{layer}.{kind}", [Float, Half], 1, decoder.KeyValueHeadCount, null, decoder.HeadSize);
                yield return Output(decoder.Graph, $"present.{layer}.{kind}", [Float, Half], 1, decoder.KeyValueHeadCount, null, decoder.HeadSize);
            }
        }

        if (manifest.RegionEncoder is { } region)
        {
            long?[] hidden = [RegionEncoderSpecification.LevelCount, (long)region.GridSize * region.GridSize, region.Channels];
            yield return Output(global.Graph, "region_levels", [Float], hidden);
            yield return Input(region.PyramidGraph, "region_levels", [Float], hidden);
            for (int level = 0; level < RegionEncoderSpecification.LevelCount; level++)
            {
                yield return Output(region.PyramidGraph, $"level_{level}", [Float], 1, region.Channels, region.Side(level), region.Side(level));
                yield return Input(region.Graph, $"level_{level}", [Float], 1, region.Channels, region.Side(level), region.Side(level));
            }

            yield return Input(region.Graph, "boxes", [Float], null, 4);
            yield return Output(region.Graph, "region_features", [Float], null, decoder.HiddenSize);
        }

        static ExpectedValue Input(string graph, string name, int[] types, params long?[] shape) => new(graph, IsInput: true, name, types, shape);

        static ExpectedValue Output(string graph, string name, int[] types, params long?[] shape) => new(graph, IsInput: false, name, types, shape);
    }

    private static string Shown(string text) => string.Concat(text.Take(80).Select(character => char.IsControl(character) ? '?' : character));

    private sealed record ExpectedValue(string Graph, bool IsInput, string Name, int[] ElementTypes, long?[] Shape);
}
