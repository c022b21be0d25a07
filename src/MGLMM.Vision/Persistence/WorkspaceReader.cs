using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using MGLMM.Imaging;
using MGLMM.Masks;
using MGLMM.Vision.Files;

namespace MGLMM.Vision.Persistence;

/// <summary>
/// Loads a workspace from a folder that anybody may have changed: everything is checked against everything else, and sizes before memory
/// is taken for them.
/// </summary>
internal sealed class WorkspaceReader
{
    private const int LargestCounter = 1_000_000_000;
    private const long LargestUse = 1L << 53;
    private const int MostTurns = 1_000;
    private const int MostReferences = 1_000_000;
    private const int LongestText = 4 << 20;
    private const int LongestLabel = ContentNames.Longest + 1;

    private readonly WorkspaceFolder _folder;
    private readonly ImageLimits _imageLimits;
    private readonly WorkspaceLimits _limits;
    private readonly CancellationToken _cancellationToken;
    private readonly Dictionary<string, SavedFile> _files = new(StringComparer.Ordinal);

    private WorkspaceReader(WorkspaceFolder folder, WorkspaceLimits limits, ImageLimits imageLimits, CancellationToken cancellationToken)
    {
        _folder = folder;
        _limits = limits;
        _imageLimits = imageLimits;
        _cancellationToken = cancellationToken;
    }

    /// <summary>Loads.</summary>
    /// <returns>What was saved.</returns>
    /// <exception cref="WorkspaceFormatException">It cannot be loaded.</exception>
    /// <exception cref="IOException">It is saved without a pause.</exception>
    public static LoadedWorkspace Load(WorkspaceFolder folder, WorkspaceLimits limits, ImageLimits imageLimits, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return new WorkspaceReader(folder, limits, imageLimits, cancellationToken).Load();
            }
            catch (WorkspaceFormatException)
            {
                // What looks damaged may be a save that took its place while we were reading. Only what is wrong while nobody saves is wrong.
                if (!folder.TryHoldStill(out IDisposable? claim))
                {
                    throw;
                }

                if (claim is not null)
                {
                    using (claim)
                    {
                        return new WorkspaceReader(folder, limits, imageLimits, cancellationToken).Load();
                    }
                }
            }

            WorkspaceFolder.Pause(started, "The workspace is being saved without a pause, so it could not be read. Nothing is wrong with it: load it again when less is going on.", cancellationToken);
        }
    }

    private LoadedWorkspace Load()
    {
        byte[] file = ReadDocument();
        WorkspaceDocument document = WorkspaceSeal.Open(file);
        return new LoadedWorkspace(Read(document), _files, new SaveStamp(WorkspaceSeal.HashOf(file.AsSpan(0, Math.Min(file.Length, WorkspaceSeal.LongestHead))) ?? string.Empty, document.Generation ?? 0));
    }

    private byte[] ReadDocument() => _folder.Read(_folder.DocumentPath, WorkspaceSeal.MostBytes(_limits));

    private WorkspaceSnapshot Read(WorkspaceDocument document)
    {
        Require(ContentNames.Is(document.Owner) && ContentNames.Is(document.Conversation), "owner or conversation is no name.");
        CountersDocument counters = document.Counters;
        Require(
            Counter(counters.Image) && Counter(counters.Region) && Counter(counters.Set) && Counter(counters.Artifact) && counters.Use is >= 0 and <= LargestUse,
            "a counter is out of range.");

        // How much there is, before any of it is taken up.
        Limit(document.Images.Count, _limits.MaximumImages, "pictures", nameof(WorkspaceLimits.MaximumImages));
        Limit(document.Regions.Count, _limits.MaximumRegions, "regions", nameof(WorkspaceLimits.MaximumRegions));
        Limit(document.Sets.Count, _limits.MaximumSets, "sets", nameof(WorkspaceLimits.MaximumSets));
        Limit(document.Artifacts.Count, _limits.MaximumArtifacts, "artifacts", nameof(WorkspaceLimits.MaximumArtifacts));
        long pixels = 0;
        foreach (ImageDocument image in document.Images)
        {
            Require(image is { WidthPx: >= 1, HeightPx: >= 1 } && (long)image.WidthPx * image.HeightPx <= int.MaxValue, "a picture has no possible size.");
            pixels += (long)image.WidthPx * image.HeightPx;
        }

        long mostPixels = document.Images.Count == 1 ? Math.Max(_limits.MaximumTotalPixels, _imageLimits.MaximumPixels) : _limits.MaximumTotalPixels;
        Limit(pixels, mostPixels, "pixels", nameof(WorkspaceLimits.MaximumTotalPixels));
        long bytes = 0;
        foreach (ArtifactDocument artifact in document.Artifacts)
        {
            Require(artifact is { Bytes: >= 0 } && artifact.Bytes <= Array.MaxLength, "an artifact has no possible size.");
            bytes += artifact.Bytes;
        }

        Limit(document.Artifacts.Count == 1 ? 0 : bytes, _limits.MaximumArtifactBytes, "bytes of artifacts", nameof(WorkspaceLimits.MaximumArtifactBytes));

        // The small things first, the files last: a save with any fault is refused before a decoder sees its pictures.
        Dictionary<string, (int Width, int Height)> sizes = new(StringComparer.Ordinal);
        foreach (ImageDocument image in document.Images)
        {
            Handle(image.Handle, Handles.Image, counters.Image);
            Require(sizes.TryAdd(image.Handle, (image.WidthPx, image.HeightPx)), $"the handle {image.Handle} is there twice.");
            Require(Label(image.Name) && Label(image.Format), $"name or format of {image.Handle} is no plain text.");
            Require(Hash(image.ContentHash) && Hash(image.FileSha256), $"a hash of {image.Handle} is none.");
            Require(image.LastUse >= 0 && image.LastUse <= counters.Use, $"the last use of {image.Handle} is out of range.");
            Require(image.Dialogue.Count <= MostTurns && image.Dialogue.All(turn => turn is not null && Text(turn.Instruction) && Text(turn.Answer)), $"the dialogue of {image.Handle} is out of range.");
        }

        Require(document.Images.Select(image => image.ContentHash).Distinct().Count() == document.Images.Count, "two pictures have the same pixels.");
        Dictionary<string, VisionRegion> regions = ReadRegions(document, sizes);
        List<VisionSet> sets = ReadSets(document, sizes, regions);
        IReadOnlyList<ArtifactDocument> artifacts = CheckArtifacts(document);
        IReadOnlyDictionary<string, string> notes = document.Notes ?? new Dictionary<string, string>();
        Require(
            notes.All(note => ContentNames.Is(note.Key) && note.Value is not null) && notes.Sum(note => (long)note.Key.Length + note.Value.Length) <= _limits.MaximumNoteCharacters,
            "the notes are out of range.");
        return new WorkspaceSnapshot
        {
            Owner = document.Owner,
            Conversation = document.Conversation,
            LastImage = counters.Image,
            LastRegion = counters.Region,
            LastSet = counters.Set,
            LastArtifact = counters.Artifact,
            Clock = counters.Use,
            Images = [.. document.Images.Select(ReadImage)],
            Regions = [.. regions.Values],
            Sets = sets,
            Artifacts = [.. artifacts.Select(ReadArtifact)],
            Notes = notes,
        };
    }

    private Dictionary<string, VisionRegion> ReadRegions(WorkspaceDocument document, Dictionary<string, (int Width, int Height)> sizes)
    {
        int last = document.Counters.Region;
        Dictionary<string, VisionRegion> regions = new(StringComparer.Ordinal);
        long maskBytes = 0;
        foreach (RegionDocument? region in document.Regions)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            Require(region is not null, "a region is null.");
            int number = Handle(region.Handle, Handles.Region, last);
            Require(sizes.TryGetValue(region.Image, out (int Width, int Height) size), $"{region.Handle} belongs to a picture that is not there.");
            Require(region.Phrase is null || Label(region.Phrase), $"the phrase of {region.Handle} is no plain text.");
            Require(Text(region.Instruction) && (region.Model is null || Label(region.Model)), $"instruction or model of {region.Handle} is no plain text.");
            Require(region.Parent is null || Handles.NumberOf(region.Parent, Handles.Region) is >= 1 and var parent && parent < number, $"the parent of {region.Handle} cannot be.");
            Require(References(region.Sources, last), $"the sources of {region.Handle} cannot be.");
            Require(region.Mask.Size is [var height, var width] && width == size.Width && height == size.Height, $"the mask of {region.Handle} is not of its picture's size.");
            Mask mask;
            try
            {
                mask = CocoRle.Decode(region.Mask.Counts, size.Width, size.Height);
            }
            catch (Exception exception) when (exception is FormatException or ArgumentException)
            {
                throw WorkspaceFormatException.Damaged($"the mask of {region.Handle} is none: {exception.Message}", exception);
            }

            Require(!mask.IsEmpty, $"the mask of {region.Handle} is empty.");
            maskBytes += sizeof(int) * (long)mask.Counts.Length;
            Limit(document.Regions.Count == 1 ? 0 : maskBytes, _limits.MaximumMaskBytes, "bytes of masks", nameof(WorkspaceLimits.MaximumMaskBytes));
            Require(
                regions.TryAdd(region.Handle, new VisionRegion
                {
                    Handle = region.Handle,
                    Number = number,
                    Image = region.Image,
                    Mask = mask,
                    Phrase = region.Phrase,
                    Instruction = region.Instruction,
                    Parent = region.Parent,
                    Model = region.Model,
                    Sources = [.. region.Sources],
                }),
                $"the handle {region.Handle} is there twice.");
        }

        foreach (VisionRegion region in regions.Values)
        {
            Require(
                region.Parent is null || !regions.TryGetValue(region.Parent, out VisionRegion? parent) || parent.Image == region.Image,
                $"the parent of {region.Handle} belongs to another picture.");
        }

        return regions;
    }

    private static List<VisionSet> ReadSets(
        WorkspaceDocument document, Dictionary<string, (int Width, int Height)> sizes, Dictionary<string, VisionRegion> regions)
    {
        List<VisionSet> sets = new();
        HashSet<string> handles = new(StringComparer.Ordinal);
        foreach (SetDocument? set in document.Sets)
        {
            Require(set is not null, "a set is null.");
            int number = Handle(set.Handle, Handles.Set, document.Counters.Set);
            Require(handles.Add(set.Handle), $"the handle {set.Handle} is there twice.");
            Require(sizes.ContainsKey(set.Image), $"{set.Handle} belongs to a picture that is not there.");
            Require(Text(set.Origin), $"the origin of {set.Handle} is out of range.");
            Require(References(set.Regions, document.Counters.Region), $"{set.Handle} holds a handle that was never given.");
            Require(set.Regions.Distinct(StringComparer.Ordinal).Count() == set.Regions.Count, $"{set.Handle} holds a region twice.");
            Require(
                set.Regions.All(handle => !regions.TryGetValue(handle, out VisionRegion? region) || region.Image == set.Image),
                $"{set.Handle} holds a region of another picture.");
            sets.Add(new VisionSet { Handle = set.Handle, Number = number, Image = set.Image, Regions = [.. set.Regions], Origin = set.Origin });
        }

        return sets;
    }

    private static IReadOnlyList<ArtifactDocument> CheckArtifacts(WorkspaceDocument document)
    {
        HashSet<string> handles = new(StringComparer.Ordinal);
        foreach (ArtifactDocument artifact in document.Artifacts)
        {
            Handle(artifact.Handle, Handles.Artifact, document.Counters.Artifact);
            Require(handles.Add(artifact.Handle), $"the handle {artifact.Handle} is there twice.");
            Handle(artifact.Image, Handles.Image, document.Counters.Image);
            Require(PlainFileName.Is(artifact.FileName), $"the file name of {artifact.Handle} is no plain name.");
            Require(Label(artifact.Kind) && Label(artifact.MediaType), $"kind or media type of {artifact.Handle} is no plain text.");
            Require(Hash(artifact.Sha256), $"the hash of {artifact.Handle} is none.");
            Require(References(artifact.Regions, document.Counters.Region), $"{artifact.Handle} shows a handle that was never given.");
        }

        return document.Artifacts;
    }

    private KeptImage ReadImage(ImageDocument image)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        string path = _folder.ImagePath(image.Handle, image.ContentHash);

        // No PNG of these pixels that we wrote is longer: four bytes a pixel and a filter byte a row, stored.
        long longest = (((4L * image.WidthPx) + 1) * image.HeightPx * 102 / 100) + (64 << 10);
        byte[] file = _folder.Read(path, longest, image.FileBytes);
        SavedFile saved = SavedFile.Of(path, file);
        Require(saved.Sha256 == image.FileSha256, $"the file of {image.Handle} is not as it was saved: its checksum is another one.");
        RgbImage pixels;
        try
        {
            pixels = ImageDecoder.Decode(file, new ImageLimits
            {
                AllowedFormats = ImageFormats.Png,
                MaximumBytes = file.Length,
                MaximumPixels = (long)image.WidthPx * image.HeightPx,
            }, _cancellationToken);
        }
        catch (ImageFormatException exception)
        {
            throw WorkspaceFormatException.Damaged($"the file of {image.Handle} is no picture: {exception.Message}", exception);
        }

        Require(
            pixels.Width == image.WidthPx && pixels.Height == image.HeightPx && pixels.ContentHash == image.ContentHash,
            $"the pixels of {image.Handle} are not those that were saved.");
        _files.Add(path, saved);
        EarlierTurn[] dialogue = [.. image.Dialogue.Select(turn => new EarlierTurn(turn.Instruction, turn.Answer))];
        Require(Array.TrueForAll(dialogue, turn => IsInstruction(turn.Instruction)), $"the dialogue of {image.Handle} holds what no instruction can.");
        return new KeptImage(new VisionImage(image.Handle, image.Name, image.Format, pixels), image.LastUse, dialogue);
    }

    private VisionArtifact ReadArtifact(ArtifactDocument artifact)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        string path = _folder.ArtifactPath(artifact.Handle, artifact.Sha256, artifact.FileName);
        byte[] content = _folder.Read(path, artifact.Bytes, artifact.Bytes);
        SavedFile saved = SavedFile.Of(path, content);
        Require(saved.Sha256 == artifact.Sha256, $"the file of {artifact.Handle} is not as it was saved: its checksum is another one.");
        _files.Add(path, saved);
        return new VisionArtifact
        {
            Handle = artifact.Handle,
            Number = Handles.NumberOf(artifact.Handle, Handles.Artifact),
            Image = artifact.Image,
            Kind = artifact.Kind,
            FileName = artifact.FileName,
            MediaType = artifact.MediaType,
            Content = content,
            Regions = [.. artifact.Regions],
        };
    }

    private static int Handle(string handle, string prefix, int last)
    {
        int number = Handles.NumberOf(handle, prefix);
        Require(number >= 1 && number <= last, $"'{handle}' is no handle that was given.");
        return number;
    }

    private static bool References(IReadOnlyList<string> handles, int last) =>
        handles.Count <= MostReferences
        && handles.All(handle => handle is not null && Handles.NumberOf(handle, Handles.Region) is >= 1 and var number && number <= last);

    private static bool Counter(int value) => value is >= 0 and <= LargestCounter;

    /// <summary>Not empty, and without the mark-up that stands for a picture, in either of its forms.</summary>
    private static bool IsInstruction(string text) =>
        !string.IsNullOrWhiteSpace(text)
        && !text.Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal).Contains(InstructionTemplates.ImageMarkup, StringComparison.Ordinal);

    private static bool Label(string text) => text.Length <= LongestLabel && !text.Any(char.IsControl);

    private static bool Text(string text) => text.Length <= LongestText;

    private static bool Hash(string text) => text.Length == 2 * SHA256.HashSizeInBytes && text.All(char.IsAsciiHexDigitLower);

    private static void Limit(long count, long most, string what, string limit)
    {
        if (count > most)
        {
            throw WorkspaceFormatException.BeyondLimits($"it holds {count:N0} {what} or more, and the limits allow {most:N0}.", limit);
        }
    }

    private static void Require([DoesNotReturnIf(false)] bool condition, string fault)
    {
        if (!condition)
        {
            throw WorkspaceFormatException.Damaged(fault);
        }
    }
}
