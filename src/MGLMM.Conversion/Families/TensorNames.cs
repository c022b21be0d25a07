using MGLMM.Conversion.Checkpoints;

namespace MGLMM.Conversion.Families;

/// <summary>
/// Takes off what wrappers put around a model's tensor names: <c>module.</c> of DistributedDataParallel, <c>_orig_mod.</c> of
/// torch.compile, a trainer's <c>model.</c>, a PEFT model's <c>base_model.model.</c>, FSDP's and activation checkpointing's own.
/// </summary>
internal static class TensorNames
{
    /// <summary>A tensor that every one of these checkpoints has, however it is wrapped.</summary>
    private const string Anchor = "model.embed_tokens.weight";

    private const string TowerAnchor = "embeddings.class_embedding";

    private const string TowerPrefix = "vision_model.";

    /// <summary>Segments that wrappers put anywhere into a name and no layer is called.</summary>
    private static readonly HashSet<string> Wrappers = new(StringComparer.Ordinal) { "_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module", "_forward_module" };

    /// <summary>Segments that stand in front of a whole model's names.</summary>
    private static readonly HashSet<string> Leading = new(StringComparer.Ordinal) { "module", "model", "base_model", "net", "network", "_module" };

    /// <summary>The tensors of a whole model under the names that its own code gives them.</summary>
    /// <param name="tensors">As the files name them.</param>
    /// <param name="removed">The parts that were taken off, for people; empty if none.</param>
    /// <exception cref="ConversionException">Some names are wrapped and some are not, or two become one.</exception>
    public static Dictionary<string, CheckpointTensor> OfModel(IReadOnlyDictionary<string, CheckpointTensor> tensors, out IReadOnlyList<string> removed)
    {
        SortedSet<string> parts = new(StringComparer.Ordinal);
        Dictionary<string, CheckpointTensor> names = RemoveWrappers(tensors, parts);
        string prefix = LeadingPrefix(names.Keys);
        if (prefix.Length > 0)
        {
            parts.Add(prefix);
            string? bare = names.Keys.FirstOrDefault(name => !name.StartsWith(prefix, StringComparison.Ordinal));
            if (bare is not null)
            {
                throw new ConversionException(
                    $"Some tensor names begin with '{prefix}' and some do not ({CheckpointFormatException.Quote(bare)}): two saves were mixed. Save the model once more, as one state dict.");
            }

            names = names.ToDictionary(pair => pair.Key[prefix.Length..], pair => pair.Value, StringComparer.Ordinal);
        }

        removed = [.. parts];
        return names;
    }

    /// <summary>
    /// A CLIP tower's tensors as <c>vision_model.*</c>, whatever stands in front of them; others keep their names. A tower saved out of a
    /// larger model keeps that model's prefix, one saved by its bare transformer has none.
    /// </summary>
    public static Dictionary<string, CheckpointTensor> OfTower(IReadOnlyDictionary<string, CheckpointTensor> tensors)
    {
        Dictionary<string, CheckpointTensor> names = RemoveWrappers(tensors, []);
        string? anchor = names.Keys.FirstOrDefault(name => name == TowerAnchor || name.EndsWith('.' + TowerAnchor, StringComparison.Ordinal));
        if (anchor is null)
        {
            return names;
        }

        string prefix = anchor[..^TowerAnchor.Length];
        return names.ToDictionary(
            pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal) ? TowerPrefix + pair.Key[prefix.Length..] : "outside." + pair.Key,
            pair => pair.Value,
            StringComparer.Ordinal);
    }

    private static Dictionary<string, CheckpointTensor> RemoveWrappers(IReadOnlyDictionary<string, CheckpointTensor> tensors, SortedSet<string> parts)
    {
        Dictionary<string, CheckpointTensor> names = new(tensors.Count, StringComparer.Ordinal);
        foreach ((string name, CheckpointTensor tensor) in tensors)
        {
            string bare = name;
            if (Wrappers.Any(wrapper => name.Contains(wrapper, StringComparison.Ordinal)))
            {
                string[] segments = name.Split('.');
                parts.UnionWith(segments.Where(Wrappers.Contains).Select(segment => segment + "."));
                bare = string.Join('.', segments.Where(segment => !Wrappers.Contains(segment)));
            }

            if (!names.TryAdd(bare, tensor))
            {
                throw new ConversionException(
                    $"Tensor {CheckpointFormatException.Quote(bare)} is there twice, with and without what torch.compile or FSDP put into its name. Save the model once more, as one state dict.");
            }
        }

        return names;
    }

    private static string LeadingPrefix(IReadOnlyCollection<string> names)
    {
        if (names.Contains(Anchor))
        {
            return string.Empty;
        }

        string? wrapped = names.FirstOrDefault(name => name.EndsWith('.' + Anchor, StringComparison.Ordinal));
        string prefix = wrapped?[..^Anchor.Length] ?? string.Empty;
        return prefix.Split('.', StringSplitOptions.RemoveEmptyEntries).All(Leading.Contains) ? prefix : string.Empty;
    }
}
