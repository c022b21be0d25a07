using MGLMM.Conversion.Checkpoints;

namespace MGLMM.Conversion.Families;

/// <summary>
/// A published family of checkpoints: what its tensors are called and how its prompt begins. All families share one
/// architecture; only names, the projector and the words around the image differ.
/// </summary>
/// <param name="Name">As <c>--family</c> takes it.</param>
/// <param name="GroundingPrefix">The prefix of SAM's tensors in the checkpoint.</param>
/// <param name="ImageSentence">What introduces the image before the first question.</param>
/// <param name="UnescapesEntities">Whether its own inference turns <c>&amp;lt;</c> and <c>&amp;gt;</c> in a question into brackets.</param>
/// <param name="ReadsLegacyFlag">Whether the version of transformers that it pins knows a tokenizer's <c>legacy</c> flag.</param>
internal sealed record CheckpointFamily(string Name, string GroundingPrefix, string ImageSentence, bool UnescapesEntities, bool ReadsLegacyFlag)
{
    /// <summary>What SAM's prefix is renamed to, whatever the family calls it.</summary>
    public const string CanonicalGroundingPrefix = "grounding.";

    private const string OverviewSentence = "The <im_start><image><im_end> provides an overview of the picture.\n";

    /// <summary>lizhou-cs/mglmm, <c>model/mglmm.py</c> and <c>inference.py</c>; transformers 4.28.</summary>
    public static CheckpointFamily Mglmm { get; } = new("mglmm", "model.segment_encoder.", OverviewSentence, UnescapesEntities: true, ReadsLegacyFlag: false);

    /// <summary>mbzuai-oryx/groundingLMM, <c>model/GLaMM.py</c> and <c>app.py</c>; transformers 4.28.</summary>
    public static CheckpointFamily Glamm { get; } = new("glamm", "model.grounding_encoder.", OverviewSentence, UnescapesEntities: true, ReadsLegacyFlag: false);

    /// <summary>dvlab-research/LISA, <c>model/LISA.py</c> and <c>chat.py</c>; transformers 4.31.</summary>
    public static CheckpointFamily Lisa { get; } = new("lisa", "model.visual_model.", "<im_start><image><im_end>\n", UnescapesEntities: false, ReadsLegacyFlag: true);

    /// <summary>All families.</summary>
    public static IReadOnlyList<CheckpointFamily> All { get; } = [Mglmm, Glamm, Lisa];

    /// <summary>The family of that name.</summary>
    /// <exception cref="ConversionException">No family is called so.</exception>
    public static CheckpointFamily Named(string name) =>
        All.FirstOrDefault(family => family.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ConversionException($"Unknown family '{name}'. Known: {string.Join(", ", All.Select(family => family.Name))}.");

    /// <summary>The tensor under the name that all families share.</summary>
    public KeyValuePair<string, CheckpointTensor> Canonical(KeyValuePair<string, CheckpointTensor> tensor) => tensor.Key.StartsWith(GroundingPrefix, StringComparison.Ordinal)
        ? new(CanonicalGroundingPrefix + tensor.Key[GroundingPrefix.Length..], tensor.Value)
        : tensor;

    /// <summary>The family whose SAM prefix occurs among the tensor names.</summary>
    /// <exception cref="ConversionException">None or several do.</exception>
    public static CheckpointFamily Detect(IReadOnlyCollection<string> tensorNames)
    {
        List<CheckpointFamily> found = All.Where(family => tensorNames.Any(name => name.StartsWith(family.GroundingPrefix, StringComparison.Ordinal))).ToList();
        if (found.Count == 0 && tensorNames.FirstOrDefault(name => All.Any(family => name.Contains(family.GroundingPrefix, StringComparison.Ordinal))) is { } wrapped)
        {
            string family = All.Select(family => family.GroundingPrefix).First(prefix => wrapped.Contains(prefix, StringComparison.Ordinal));
            throw new ConversionException(
                $"SAM's tensor names begin with '{wrapped[..wrapped.IndexOf(family, StringComparison.Ordinal)]}' ({CheckpointFormatException.Quote(wrapped)}) and the decoder's do not: two saves were mixed. "
                + "Save the model once more, as one state dict.");
        }

        return found.Count switch
        {
            1 => found[0],
            0 => throw new ConversionException(
                "This is no MGLMM, GLaMM or LISA checkpoint: no tensor begins with "
                + string.Join(", ", All.Select(family => $"'{family.GroundingPrefix}'"))
                + $". Its {tensorNames.Count} tensors are called {string.Join(", ", tensorNames.Order(StringComparer.Ordinal).Take(3).Select(CheckpointFormatException.Quote))}"
                + (tensorNames.Any(name => name.StartsWith("model.mm_projector", StringComparison.Ordinal))
                    ? ": a LLaVA model without SAM. Give the folder of the whole model."
                    : ". Give the folder of the whole model, with all of its shards.")),
            _ => throw new ConversionException(
                "Tensors of several families were found (" + string.Join(", ", found.Select(family => family.Name)) + "): two models were mixed in one checkpoint. Save the right one's state dict alone, or name its family with --family and leave the rest out with --allow-left-over."),
        };
    }
}
