using MGLMM.Vision.Results;

namespace MGLMM.Vision;

/// <summary>From what callers write to pictures and regions.</summary>
public sealed partial class VisionToolset
{
    private static readonly char[] Separators = [',', ';', ' ', '\t', '\r', '\n', '[', ']', '(', ')', '"', '\'', '`'];

    /// <summary>
    /// Regions of one picture: handles of regions and sets in any mixture, separated by commas, or a picture's handle for all of its
    /// regions. Each region once, in the order it is named in.
    /// </summary>
    /// <param name="handles">The caller's words.</param>
    /// <param name="argument">The argument's name.</param>
    /// <param name="image">The picture that all must belong to; null takes the first region's.</param>
    /// <exception cref="ToolException">A handle is unknown or expired, or two pictures are mixed.</exception>
    private (VisionImage Image, IReadOnlyList<VisionRegion> Regions) RegionsOf(string? handles, string argument, VisionImage? image = null)
    {
        const int Most = 5_000;
        var words = (handles ?? string.Empty).Split(Separators, Most, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
        {
            throw ToolException.BadArgument($"'{argument}' is empty.", $"Give region handles or a set, such as m3, m4 or s2. Known: {Listed(KnownSets())}.");
        }

        var found = new List<VisionRegion>();
        foreach (var word in words)
        {
            if (Workspace.TryGetRegion(word, out var region))
            {
                Take(region);
            }
            else if (Workspace.TryGetSet(word, out var set))
            {
                image = Same(set.Image, set.Handle);
                foreach (var handle in set.Regions)
                {
                    // Regions that were pushed out since are no longer part of it.
                    if (Workspace.TryGetRegion(handle, out var member))
                    {
                        Take(member);
                    }
                }
            }
            else if (Workspace.TryGetImage(word, out var named))
            {
                image = Same(named.Handle, named.Handle);
                found.AddRange(Workspace.RegionsOf(named.Handle));
            }
            else
            {
                throw Unknown(word, "region or set", "segment_and_caption or refer", image is null ? KnownSets() : KnownRegions(image));
            }
        }

        return (image!, [.. found.DistinctBy(region => region.Handle)]);

        void Take(VisionRegion region)
        {
            image = Same(region.Image, region.Handle);
            found.Add(region);
        }

        VisionImage Same(string owner, string handle)
        {
            if (image is not null && image.Handle != owner)
            {
                throw new ToolException(
                    ToolErrorCodes.RegionOfAnotherImage,
                    $"{handle} belongs to {owner}, not to {image.Handle}.",
                    $"Use regions of one picture. Of {image.Handle} there are: {Listed(KnownRegions(image))}.");
            }

            return image ?? Image(owner);
        }
    }

    /// <summary>At least one region.</summary>
    /// <inheritdoc cref="RegionsOf(string?, string, VisionImage?)"/>
    private (VisionImage Image, IReadOnlyList<VisionRegion> Regions) SomeRegionsOf(string? handles, string argument, VisionImage? image = null)
    {
        var (owner, regions) = RegionsOf(handles, argument, image);
        return regions.Count > 0 ? (owner, regions) : throw new ToolException(
            ToolErrorCodes.EmptySet,
            $"'{argument}' holds no region.",
            $"There is nothing to work on: tell the user so, or use other regions of {owner.Handle}: {Listed(KnownRegions(owner))}.");
    }

    private IEnumerable<string> KnownSets() => Workspace.Sets.Reverse().Select(set => $"{set.Handle} ({set.Regions.Count} regions of {set.Image})");
}
