namespace MGLMM.Conversion.Families;

/// <summary>
/// A published family of checkpoints: what its tensors are called and how its prompt begins. All families share one
/// architecture; only names, the projector and the words around the image differ.
/// </summary>
/// <param name="Name">As <c>--family</c> takes it.</param>
/// <param name="GroundingPrefix">The prefix of SAM's tensors in the checkpoint.</param>
/// <param name="ImageSentence">What introduces the image before the first question.</param>
internal sealed record CheckpointFamily(string Name, string GroundingPrefix, string ImageSentence)
{
    /// <summary>What SAM's prefix is renamed to, whatever the family calls it.</summary>
    public const string CanonicalGroundingPrefix = "grounding.";

    private const string OverviewSentence = "The <im_start><image><im_end> provides an overview of the picture.\n";

    /// <summary>lizhou-cs/mglmm, <c>model/mglmm.py</c>.</summary>
    public static CheckpointFamily Mglmm { get; } = new("mglmm", "model.segment_encoder.", OverviewSentence);

    /// <summary>mbzuai-oryx/groundingLMM, <c>model/GLaMM.py</c>.</summary>
    public static CheckpointFamily Glamm { get; } = new("glamm", "model.grounding_encoder.", OverviewSentence);

    /// <summary>dvlab-research/LISA, <c>model/LISA.py</c>.</summary>
    public static CheckpointFamily Lisa { get; } = new("lisa", "model.visual_model.", "<im_start><image><im_end>\n");

    /// <summary>All families.</summary>
    public static IReadOnlyList<CheckpointFamily> All { get; } = [Mglmm, Glamm, Lisa];

    /// <summary>The family of that name.</summary>
    /// <exception cref="ConversionException">No family is called so.</exception>
    public static CheckpointFamily Named(string name) =>
        All.FirstOrDefault(family => family.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ConversionException($"Unknown family '{name}'. Known: {string.Join(", ", All.Select(family => family.Name))}.");

    /// <summary>The family whose SAM prefix occurs among the tensor names.</summary>
    /// <exception cref="ConversionException">None or several do.</exception>
    public static CheckpointFamily Detect(IEnumerable<string> tensorNames)
    {
        var found = All.Where(family => tensorNames.Any(name => name.StartsWith(family.GroundingPrefix, StringComparison.Ordinal))).ToList();
        return found.Count switch
        {
            1 => found[0],
            0 => throw new ConversionException(
                "This is no MGLMM, GLaMM or LISA checkpoint: no tensor begins with "
                + string.Join(", ", All.Select(family => $"'{family.GroundingPrefix}'"))
                + ". Merge LoRA weights into a full checkpoint first."),
            _ => throw new ConversionException(
                "Tensors of several families were found (" + string.Join(", ", found.Select(family => family.Name)) + "). Name one with --family."),
        };
    }
}
