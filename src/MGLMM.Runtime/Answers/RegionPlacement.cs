using MGLMM.Runtime.Bundles;
using MGLMM.Runtime.Inference;
using MGLMM.Runtime.Preprocessing;

namespace MGLMM.Runtime.Answers;

/// <summary>Which box each <c>&lt;bbox&gt;</c> of a prompt stands for, by GLaMM's rules. Immutable.</summary>
internal sealed class RegionPlacement
{
    private RegionPlacement(NormalizedBox[] boxes, int[] at)
    {
        Boxes = boxes;
        At = at;
    }

    /// <summary>No boxes: every <c>&lt;bbox&gt;</c> is an ordinary token.</summary>
    public static RegionPlacement None { get; } = new([], []);

    /// <summary>All boxes that were given.</summary>
    public NormalizedBox[] Boxes { get; }

    /// <summary>Where the k-th <c>&lt;bbox&gt;</c> stands. As many as boxes at most, unless there is one box for all.</summary>
    public int[] At { get; }

    /// <summary>The box of the k-th <c>&lt;bbox&gt;</c>.</summary>
    public int BoxOf(int token) => Boxes.Length == 1 ? 0 : token;

    /// <summary>Places boxes.</summary>
    /// <param name="manifest">Says whether the model takes boxes, and the token's id.</param>
    /// <param name="positions">The prompt's positions.</param>
    /// <param name="regions">In pixels of the picture.</param>
    /// <param name="picture">The picture's size.</param>
    /// <exception cref="ArgumentException">The model takes no boxes, a box cannot be encoded, or there are too few for the <c>&lt;bbox&gt;</c>.</exception>
    public static RegionPlacement Of(BundleManifest manifest, ReadOnlySpan<int> positions, IReadOnlyList<RegionBox> regions, ImageSize picture)
    {
        if (regions.Count == 0)
        {
            return None;
        }

        if (manifest.RegionEncoder is null)
        {
            throw new ArgumentException(
                manifest.Family == "glamm"
                    ? $"The bundle '{manifest.Name}' was converted without GLaMM's region encoder, so it takes no boxes. Convert the checkpoint again, or ask about a cropped picture."
                    : $"The model '{manifest.Name}' has no region encoder, as no model of the family '{manifest.Family}' has, so it takes no boxes. Ask about a cropped picture instead.");
        }

        NormalizedBox[] boxes = new NormalizedBox[regions.Count];
        for (int index = 0; index < boxes.Length; index++)
        {
            boxes[index] = NormalizedBox.Of(regions[index], picture, manifest.GlobalEncoder.ImageSize);
        }

        int token = manifest.Tokens.Added[RegionEncoderSpecification.Token];
        List<int> at = new();
        for (int index = 0; index < positions.Length; index++)
        {
            if (positions[index] == token)
            {
                at.Add(index);
            }
        }

        // The official code repeats one box, drops what is over, and dies of anything else.
        if (boxes.Length > 1 && at.Count > boxes.Length)
        {
            throw new ArgumentException(
                $"The dialogue holds {at.Count} {RegionEncoderSpecification.Token} but was given {boxes.Length} boxes. Give one box for all, or one for each, those of earlier turns first.");
        }

        return new RegionPlacement(boxes, [.. at]);
    }
}
