using System.Diagnostics.CodeAnalysis;
using MGLMM.Language;
using MGLMM.Vision.Diagnostics;
using MGLMM.Vision.Geometry;
using MGLMM.Vision.Grounding;
using MGLMM.Vision.Inputs;
using MGLMM.Vision.Language;
using MGLMM.Vision.Results;
using MGLMM.Vision.Workspaces;
using Microsoft.Extensions.Logging;

namespace MGLMM.Vision.Tools;

/// <summary>What a tool has at hand: the workspace, the model, and the way from what callers write to pictures and regions. Thread-safe.</summary>
public sealed class VisionToolContext
{
    internal VisionToolContext(VisionWorkspace workspace, ModelAccess asking, VisionSettings settings, ImageOpener opener, ILogger logger)
    {
        Workspace = workspace;
        Asking = asking;
        Settings = settings;
        Opener = opener;
        Logger = logger;
        Finder = new RegionFinder(asking, workspace, settings);
        Found = new FoundRegions(asking, workspace, settings);
    }

    /// <summary>The pictures and regions of the conversation.</summary>
    public VisionWorkspace Workspace { get; }

    /// <summary>The model; null where there is none.</summary>
    public IGroundingModel? Model => Asking.Model;

    /// <summary>The host's log.</summary>
    public ILogger Logger { get; }

    internal ModelAccess Asking { get; }

    internal VisionSettings Settings { get; }

    internal ImageOpener Opener { get; }

    internal RegionFinder Finder { get; }

    internal FoundRegions Found { get; }

    /// <summary>Finds a picture by what a caller wrote.</summary>
    /// <param name="handle">Its handle or its name.</param>
    /// <exception cref="ToolException">There is none.</exception>
    public VisionImage Image(string handle)
    {
        ArgumentNullException.ThrowIfNull(handle);
        return ImageOf(HandleText.Words(handle, wantsImage: true), ArgumentText.Of(handle));
    }

    /// <summary>Finds a region by what a caller wrote.</summary>
    /// <param name="handle">Its handle, or that of a set of it alone.</param>
    /// <param name="image">The picture that it must belong to; null takes any.</param>
    /// <exception cref="ToolException">There is none, or it belongs to another picture.</exception>
    public VisionRegion Region(string handle, VisionImage? image = null)
    {
        ArgumentNullException.ThrowIfNull(handle);
        return RegionOf(HandleText.Words(handle), "region", image);
    }

    /// <summary>Finds regions of one picture by what a caller wrote.</summary>
    /// <param name="handles">Handles of regions and sets, or a picture's for all of its regions.</param>
    /// <param name="image">The picture that they must belong to; null takes the first region's.</param>
    /// <returns>Each once, in the order named; at least one.</returns>
    /// <exception cref="ToolException">A handle is unknown, or the regions belong to two pictures, or there is none.</exception>
    public IReadOnlyList<VisionRegion> Regions(string handles, VisionImage? image = null)
    {
        ArgumentNullException.ThrowIfNull(handles);
        return RegionsOf(HandleText.Words(handles), "regions", image, needsSome: true).Regions;
    }

    /// <summary>Asks the model about a picture; measured as every answer is.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="instruction">What to ask, in the model's own wording.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="ModelUnavailableException">There is no model, or it cannot answer; the caller is told.</exception>
    public Task<GroundedAnswer> AskAsync(VisionImage image, string instruction, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentException.ThrowIfNullOrWhiteSpace(instruction);
        return Asking.AskAsync(PictureView.Whole(image), image, instruction, cancellationToken: cancellationToken);
    }

    internal VisionImage ImageOf(IReadOnlyList<string> words, string? said)
    {
        // A picture may be called "image 1" and be img2.
        VisionImage? image;
        if (said is not null && !HandleText.IsHandle(said) && Workspace.TryGetImageByName(said, out image))
        {
            VisionTelemetry.TagImage(image.Handle);
            return image;
        }

        if (words.Distinct(StringComparer.OrdinalIgnoreCase).ToArray() is [var handle] && Workspace.TryGetImage(handle, out image))
        {
            VisionTelemetry.TagImage(image.Handle);
            return image;
        }

        foreach (string name in said is null ? [] : NamesOf(said))
        {
            if (Workspace.TryGetImageByName(name, out image))
            {
                VisionTelemetry.TagImage(image.Handle);
                return image;
            }
        }

        throw Unknown(words is [var only] ? only : said, "image", "open_image", Workspace.Images.Select(known => $"{known.Handle} ({known.Name})"));
    }

    /// <summary>A picture's name as it may be written: as it is, as an address escapes it, and without the folders of a path.</summary>
    private static IEnumerable<string> NamesOf(string said)
    {
        yield return said;
        string plain = Uri.UnescapeDataString(said);
        yield return plain;
        if (!plain.Contains("://", StringComparison.Ordinal))
        {
            yield return plain[(plain.LastIndexOfAny(['/', '\\']) + 1)..];
        }
    }

    internal VisionRegion RegionOf(IReadOnlyList<string> words, string argument, VisionImage? image)
    {
        List<VisionRegion> found = new();
        int expired = 0;
        foreach (string word in words)
        {
            if (IsQualifier(word, out VisionImage? told))
            {
                image ??= told;
                if (told.Handle != image.Handle)
                {
                    throw new ToolException(ToolErrorCodes.RegionOfAnotherImage, $"'{argument}' names {told.Handle}, not {image.Handle}.", $"Use a region of {image.Handle}: {Listed(KnownRegions(image))}.");
                }
            }
            else if (Workspace.TryGetRegion(word, out VisionRegion? region))
            {
                found.Add(region);
            }
            else if (Workspace.TryGetSet(word, out VisionSet? set))
            {
                found.AddRange(MembersOf(set, ref expired));
            }
            else
            {
                throw Unknown(word, "region", "segment_and_caption or refer", image is null ? KnownSets() : KnownRegions(image));
            }
        }

        VisionRegion[] regions = [.. found.DistinctBy(region => region.Handle)];
        switch (regions)
        {
            // What is left of a set is not the one that was meant.
            case [] or [_] when expired > 0:
                throw Expired(argument, expired, image, regions);
            case [var one] when image is null || one.Image == image.Handle:
                return one;
            case [var one]:
                throw new ToolException(
                    ToolErrorCodes.RegionOfAnotherImage,
                    $"Region {one.Handle} belongs to {one.Image}, not to {image.Handle}.",
                    $"Pass image {one.Image}, or a region of {image.Handle}: {Listed(KnownRegions(image))}.");
            case []:
                throw new ToolException(
                    ToolErrorCodes.EmptySet, $"'{argument}' holds no region.", image is null ? "Give a region's handle." : $"Leave it out, or use a region of {image.Handle}: {Listed(KnownRegions(image))}.");
            case var several:
                throw ToolException.BadArgument(
                    $"'{argument}' takes one region; these are {several.Length}: {Listed(several.Select(region => region.Handle))}.",
                    "Give one of them, or make one region of them with combine_regions, operation union.");
        }
    }

    internal RegionList RegionsOf(IReadOnlyList<string> words, string argument, VisionImage? image, bool needsSome)
    {
        if (words.Count == 0)
        {
            throw ToolException.BadArgument($"'{argument}' is missing.", $"Give region handles or a set as '{argument}', such as m3, m4 or s2. Known: {Listed(KnownSets())}.");
        }

        List<VisionRegion> found = new();
        int expired = 0;
        VisionSet? only = null;
        foreach (string word in words)
        {
            if (IsQualifier(word, out VisionImage? told))
            {
                image = Same(told.Handle, told.Handle);
            }
            else if (Workspace.TryGetRegion(word, out VisionRegion? region))
            {
                image = Same(region.Image, region.Handle);
                found.Add(region);
            }
            else if (Workspace.TryGetSet(word, out VisionSet? set))
            {
                image = Same(set.Image, set.Handle);
                only = set;

                found.AddRange(MembersOf(set, ref expired));
            }
            else if (Workspace.TryGetImage(word, out VisionImage? named) || IsAll(word, out named))
            {
                image = Same(named.Handle, named.Handle);
                found.AddRange(Workspace.RegionsOf(named.Handle));
            }
            else
            {
                throw Unknown(word, "region or set", "segment_and_caption or refer", image is null ? KnownSets() : KnownRegions(image));
            }
        }

        words = [.. words.Where(word => !IsQualifier(word, out _))];
        VisionRegion[] regions = [.. found.DistinctBy(region => region.Handle)];
        return regions.Length > 0 || !needsSome
            ? new RegionList(image!, regions, words.Count == 1 ? only : null, PlainText.Limit(string.Join(", ", words.Take(40)), 200), expired)
            : throw (expired > 0 ? Expired(argument, expired, image) : new ToolException(
                ToolErrorCodes.EmptySet,
                $"'{argument}' holds no region.",
                $"There is nothing to work on: tell the user so, or use other regions of {image!.Handle}: {Listed(KnownRegions(image))}."));

        bool IsAll(string word, [NotNullWhen(true)] out VisionImage? all)
        {
            all = word.ToLowerInvariant() is not ("all" or "everything" or "*") ? null : image ?? (Workspace.Images is [var lone] ? lone : null);
            return all is not null;
        }

        VisionImage Same(string owner, string handle) => image is null || image.Handle == owner
            ? image ?? ImageOf([owner], null)
            : throw new ToolException(
                ToolErrorCodes.RegionOfAnotherImage,
                $"{handle} belongs to {owner}, not to {image.Handle}.",
                $"Use regions of one picture. Of {image.Handle} there are: {Listed(KnownRegions(image))}.");
    }

    /// <summary>The regions of a set; those that were pushed out since are no longer part of it, and counted.</summary>
    private IReadOnlyList<VisionRegion> MembersOf(VisionSet set, ref int expired)
    {
        IReadOnlyList<VisionRegion> members = Workspace.RegionsInSet(set.Handle);
        expired += set.Regions.Count - members.Count;
        return members;
    }

    /// <summary>The refusal of sets of which too little is left.</summary>
    /// <param name="argument">The argument that names them.</param>
    /// <param name="count">How many of their regions are no longer kept.</param>
    /// <param name="image">The picture; null where none was told.</param>
    /// <param name="left">What is left of them.</param>
    internal ToolException Expired(string argument, int count, VisionImage? image, params IReadOnlyList<VisionRegion> left) => new(
        ToolErrorCodes.Expired,
        $"Of the set in '{argument}' {EnglishNouns.Counted(count, "region")} {(count == 1 ? "is" : "are")} no longer kept, and {(left is [var one] ? $"only {one.Handle} is" : "none is")} left.",
        $"Find {(count == 1 ? "it" : "them")} again with segment_and_caption or refer, or use what is kept: {Listed(image is null ? KnownSets() : KnownRegions(image))}.");

    private bool IsQualifier(string word, [NotNullWhen(true)] out VisionImage? image)
    {
        image = null;
        return word.EndsWith(HandleText.Qualifier) && Workspace.TryGetImage(word.TrimEnd(HandleText.Qualifier), out image);
    }

    internal IEnumerable<string> KnownRegions(VisionImage image) =>
        Workspace.RegionsOf(image.Handle).Reverse().Select(known => known.Phrase is null ? known.Handle : $"{known.Handle} ({known.Phrase})");

    internal static string Listed(IEnumerable<string> names) => ResultBudget.Names([.. names]);

    private IEnumerable<string> KnownSets() =>
        Workspace.Sets.Reverse().Select(set => $"{set.Handle} ({EnglishNouns.Counted(set.Regions.Count, "region")} of {set.Image})");

    private ToolException Unknown(string? handle, string kind, string maker, IEnumerable<string> known)
    {
        handle = handle?.TrimEnd(HandleText.Qualifier);
        string said = PlainText.Limit(handle ?? string.Empty, 40);
        return handle is not null && Workspace.IsExpired(handle)
            ? new ToolException(
                ToolErrorCodes.Expired, $"The {kind} '{said}' is no longer kept.", $"Make it again with {maker}, or use a kept one: {Listed(known)}.")
            : new ToolException(
                ToolErrorCodes.UnknownHandle, $"There is no {kind} '{said}'.", $"Use a known handle: {Listed(known)}. New ones come from {maker}.");
    }
}
