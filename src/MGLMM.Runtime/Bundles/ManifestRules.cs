using System.Text.RegularExpressions;

namespace MGLMM.Runtime.Bundles;

/// <summary>What must hold of a manifest before a single file of the bundle is opened.</summary>
internal static partial class ManifestRules
{
    /// <summary>No real model comes near it; beyond, products of sizes could overflow.</summary>
    private const int LargestSize = 1 << 20;

    private const int LargestProduct = 1 << 30;

    /// <summary>What no other rule can be looked at beside.</summary>
    private const string HoldsNull = "A list of the manifest holds null.";

    /// <summary>Every broken rule, a sentence each.</summary>
    public static IEnumerable<string> Check(BundleManifest manifest) => HasNullElements(manifest) ? [HoldsNull] : Description(manifest).Concat(Files(manifest));

    /// <summary>Every broken rule that does not concern the list of files.</summary>
    public static IEnumerable<string> CheckDescription(BundleManifest manifest) => HasNullElements(manifest) ? [HoldsNull] : Description(manifest);

    private static IEnumerable<string> Description(BundleManifest manifest) =>
        Sizes(manifest).Concat(Products(manifest)).Concat(Words(manifest)).Concat(Choices(manifest)).Concat(Tokens(manifest)).Concat(Conversation(manifest));

    /// <summary>JSON may put null into lists whatever their element type says.</summary>
    private static bool HasNullElements(BundleManifest manifest) =>
        manifest.Files.Any(file => file is null)
        || manifest.Granularities.Any(granularity => granularity is null)
        || manifest.Tokens.Stripping?.Values.Any(stripping => stripping is null) == true
        || manifest.Languages?.Any(language => language is null) == true
        || manifest.Vocabulary?.Any(word => word is null) == true
        || HasNull(manifest.Instructions)
        || (manifest.Meanings is { } meanings && HasNull(meanings));

    private static bool HasNull(IReadOnlyDictionary<string, IReadOnlyList<string>> lists) => lists.Values.Any(list => list is null || list.Any(item => item is null));

    private static IEnumerable<string> Sizes(BundleManifest manifest)
    {
        (string Name, int Value)[] sizes =
        [
            ("global_encoder.image_size", manifest.GlobalEncoder.ImageSize),
            ("global_encoder.token_count", manifest.GlobalEncoder.TokenCount),
            ("grounding_encoder.image_size", manifest.GroundingEncoder.ImageSize),
            ("grounding_encoder.grid_size", manifest.GroundingEncoder.GridSize),
            ("grounding_encoder.channels", manifest.GroundingEncoder.Channels),
            ("decoder.hidden_size", manifest.Decoder.HiddenSize),
            ("decoder.layer_count", manifest.Decoder.LayerCount),
            ("decoder.head_count", manifest.Decoder.HeadCount),
            ("decoder.key_value_head_count", manifest.Decoder.KeyValueHeadCount),
            ("decoder.head_size", manifest.Decoder.HeadSize),
            ("decoder.vocabulary_size", manifest.Decoder.VocabularySize),
            ("decoder.maximum_length", manifest.Decoder.MaximumLength),
            ("mask_decoder.logits_size", manifest.MaskDecoder.LogitsSize),
            .. manifest.RegionEncoder is { } region ? new[] { ("region_encoder.grid_size", region.GridSize), ("region_encoder.channels", region.Channels) } : [],
        ];
        foreach ((string name, int value) in sizes)
        {
            if (value is < 1 or > LargestSize)
            {
                yield return $"'{name}' is {value}; it must be from 1 to {LargestSize}.";
            }
        }

        if (manifest.GlobalEncoder.TokenCount >= manifest.Decoder.MaximumLength)
        {
            yield return $"'global_encoder.token_count' ({manifest.GlobalEncoder.TokenCount}) leaves no room in 'decoder.maximum_length' ({manifest.Decoder.MaximumLength}).";
        }

        (string Name, IReadOnlyList<double> Values, bool Divisor)[] triples =
        [
            ("global_encoder.mean", manifest.GlobalEncoder.Mean, false),
            ("global_encoder.standard_deviation", manifest.GlobalEncoder.StandardDeviation, true),
            ("grounding_encoder.mean", manifest.GroundingEncoder.Mean, false),
            ("grounding_encoder.standard_deviation", manifest.GroundingEncoder.StandardDeviation, true),
        ];
        foreach ((string name, IReadOnlyList<double> values, bool divisor) in triples)
        {
            if (values.Count != 3 || values.Any(value => !double.IsFinite(value) || (divisor && value <= 0)))
            {
                yield return $"'{name}' must be three finite {(divisor ? "positive " : string.Empty)}numbers.";
            }
        }

        if (!(manifest.GlobalEncoder.RescaleFactor > 0 && double.IsFinite(manifest.GlobalEncoder.RescaleFactor)))
        {
            yield return "'global_encoder.rescale_factor' must be a positive number.";
        }
    }

    /// <summary>Buffers are made of products of sizes, which must stay far from what an index can count.</summary>
    private static IEnumerable<string> Products(BundleManifest manifest)
    {
        (GlobalEncoderSpecification global, GroundingEncoderSpecification grounding, long logits) = (manifest.GlobalEncoder, manifest.GroundingEncoder, (long)manifest.MaskDecoder.LogitsSize);
        (string Name, decimal Elements)[] products =
        [
            ("the global encoder's pixels", 3m * global.ImageSize * global.ImageSize),
            ("the image tokens", (decimal)global.TokenCount * manifest.Decoder.HiddenSize),
            ("the grounding encoder's pixels", 3m * grounding.ImageSize * grounding.ImageSize),
            ("the grounding embedding", (decimal)grounding.GridSize * grounding.GridSize * grounding.Channels),
            ("a mask's logits", (decimal)logits * logits),
            ("a layer's keys", (decimal)manifest.Decoder.KeyValueHeadCount * manifest.Decoder.MaximumLength * manifest.Decoder.HeadSize),
            ("the region encoder's pyramid", 85m * (manifest.RegionEncoder?.GridSize ?? 0) * (manifest.RegionEncoder?.GridSize ?? 0) * (manifest.RegionEncoder?.Channels ?? 0)),
        ];
        foreach ((string name, decimal elements) in products)
        {
            if (elements > LargestProduct)
            {
                yield return $"The sizes make {name} {elements} elements; at most {LargestProduct} are supported.";
            }
        }
    }

    /// <summary>Text that tools print must not be able to steer a terminal.</summary>
    private static IEnumerable<string> Words(BundleManifest manifest)
    {
        (string Name, string Text)[] texts =
        [
            ("name", manifest.Name),
            ("licence", manifest.Licence),
            ("model_card", manifest.ModelCard),
            .. All(manifest.Instructions).Select(text => ("instructions", text)),
            .. (manifest.Languages ?? []).Select(language => ("languages", language)),
            .. (manifest.Vocabulary ?? []).Select(word => ("vocabulary", word)),
            .. (manifest.Meanings is { } meanings ? All(meanings) : []).Select(word => ("meanings", word)),
            .. manifest.Tokens.Added.Keys.Select(key => ("tokens.added", key)),
            .. manifest.Files.Select(file => ("files", file.Path)),
        ];
        foreach ((string name, string text) in texts)
        {
            if (text.Any(char.IsControl))
            {
                yield return $"'{name}' holds a control character.";
            }
        }

        static IEnumerable<string> All(IReadOnlyDictionary<string, IReadOnlyList<string>> lists) => lists.SelectMany(entry => entry.Value.Prepend(entry.Key));
    }

    private static IEnumerable<string> Choices(BundleManifest manifest)
    {
        (string Name, string Value, string[] Allowed)[] choices =
        [
            ("family", manifest.Family, ["mglmm", "glamm", "lisa"]),
            ("precision", manifest.Precision, ["fp32", "fp16", "int8", "int4"]),
            ("accelerator", manifest.Accelerator, ["cpu", "cuda"]),
            ("decoder.embeddings_precision", manifest.Decoder.EmbeddingsPrecision, ["fp32", "fp16"]),
        ];
        foreach ((string name, string value, string[] allowed) in choices)
        {
            if (!allowed.Contains(value))
            {
                yield return $"'{name}' is '{value}'; allowed: {string.Join(", ", allowed)}.";
            }
        }

        foreach (string granularity in manifest.Granularities)
        {
            if (granularity is not ("panoptic" or "instance" or "part"))
            {
                yield return $"'granularities' names '{granularity}'; allowed: panoptic, instance, part.";
            }
        }
    }

    private static IEnumerable<string> Tokens(BundleManifest manifest)
    {
        (string Name, int Id)[] ids =
        [
            ("tokens.unknown", manifest.Tokens.Unknown),
            ("tokens.begin_of_sequence", manifest.Tokens.BeginOfSequence),
            ("tokens.end_of_sequence", manifest.Tokens.EndOfSequence),
            ("tokens.segment", manifest.Tokens.Segment),
            .. manifest.Tokens.Added.Select(token => ($"tokens.added['{token.Key}']", token.Value)),
        ];
        foreach ((string name, int id) in ids)
        {
            if (id < 0 || id >= manifest.Decoder.VocabularySize)
            {
                yield return $"'{name}' is {id}, outside the vocabulary of {manifest.Decoder.VocabularySize}.";
            }
        }

        if (!manifest.Tokens.Added.TryGetValue("[SEG]", out int segment) || segment != manifest.Tokens.Segment)
        {
            yield return "'tokens.added' must hold '[SEG]' with the id of 'tokens.segment'.";
        }

        if (manifest.RegionEncoder is not null && !manifest.Tokens.Added.ContainsKey(RegionEncoderSpecification.Token))
        {
            yield return $"'tokens.added' must hold '{RegionEncoderSpecification.Token}', which the region encoder's features take the place of.";
        }
    }

    private static IEnumerable<string> Conversation(BundleManifest manifest)
    {
        const string Image = "<image>";
        ConversationTemplate conversation = manifest.Conversation;
        string sentence = conversation.ImageSentence;
        int first = sentence.IndexOf(Image, StringComparison.Ordinal);
        if (first < 0 || sentence.IndexOf(Image, first + 1, StringComparison.Ordinal) >= 0)
        {
            yield return "'conversation.image_sentence' must hold '<image>' exactly once.";
        }

        // Joined as a prompt joins them, so that no two parts make up the markup between them.
        string rest = string.Concat(conversation.System, conversation.Separator, conversation.UserRole, ": ", sentence.Replace(Image, "\n", StringComparison.Ordinal))
            + string.Concat(conversation.Separator, conversation.AssistantRole, ":", conversation.TurnEnd, conversation.UserRole);
        if (rest.Contains(Image, StringComparison.Ordinal))
        {
            yield return "Only 'conversation.image_sentence' may hold '<image>'.";
        }
    }

    private static IEnumerable<string> Files(BundleManifest manifest)
    {
        // Two names that differ in case only are one file on some systems; a reference must still match to the letter.
        HashSet<string> seen = new(StringComparer.OrdinalIgnoreCase);
        HashSet<string> listed = manifest.Files.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        foreach (BundleFile file in manifest.Files)
        {
            if (!IsPlainRelativePath(file.Path))
            {
                yield return $"File path '{file.Path}' is not a plain relative path inside the bundle.";
            }
            else if (!seen.Add(file.Path))
            {
                yield return $"File '{file.Path}' is listed twice.";
            }

            if (file.Length < 1)
            {
                yield return $"File '{file.Path}' has the length {file.Length}; no file of a bundle is empty.";
            }

            if (!Sha256Pattern().IsMatch(file.Sha256))
            {
                yield return $"File '{file.Path}' has no valid SHA-256 (64 lower-case hexadecimal digits).";
            }
        }

        (string Name, string Path)[] needed =
        [
            ("global_encoder.graph", manifest.GlobalEncoder.Graph),
            ("grounding_encoder.graph", manifest.GroundingEncoder.Graph),
            ("decoder.graph", manifest.Decoder.Graph),
            ("decoder.embeddings", manifest.Decoder.Embeddings),
            ("mask_decoder.graph", manifest.MaskDecoder.Graph),
            ("tokens.model", manifest.Tokens.Model),
            .. manifest.RegionEncoder is { } region ? new[] { ("region_encoder.pyramid_graph", region.PyramidGraph), ("region_encoder.graph", region.Graph) } : [],
        ];
        foreach ((string name, string path) in needed)
        {
            if (!listed.Contains(path))
            {
                yield return $"'{name}' names '{path}', which 'files' does not list.";
            }
        }

        long elements = (long)manifest.Decoder.VocabularySize * manifest.Decoder.HiddenSize;
        long expected = elements * (manifest.Decoder.EmbeddingsPrecision == "fp16" ? 2 : 4);
        BundleFile? table = manifest.Files.FirstOrDefault(file => file.Path == manifest.Decoder.Embeddings);
        if (table is not null && table.Length != expected)
        {
            yield return $"The embedding table '{table.Path}' has {table.Length} bytes; vocabulary, width and precision make {expected}.";
        }
    }

    private static bool IsPlainRelativePath(string path) =>
        path.Length is > 0 and <= 512
        && !path.Contains('\\')
        && !path.Contains(':')
        && !path.Contains('\0')
        && path.Split('/').All(segment => segment is not ("" or "." or ".."));

    [GeneratedRegex("^[0-9a-f]{64}\\z", RegexOptions.NonBacktracking)]
    private static partial Regex Sha256Pattern();
}
