using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MGLMM.Runtime;

namespace MGLMM.Vision;

/// <summary>
/// The pictures (<c>img1</c>), regions (<c>m7</c>), sets of regions (<c>s2</c>) and artifacts (<c>a3</c>) of one conversation. A handle
/// is never given twice. Bounded by <see cref="WorkspaceLimits"/>; safe to use from many threads.
/// </summary>
/// <remarks>Give each conversation its own workspace: whoever holds a workspace sees all of it.</remarks>
public sealed partial class VisionWorkspace
{
    private const string ImagePrefix = "img";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, ImageEntry> _images = new(StringComparer.Ordinal);
    private int _lastImage;
    private long _clock;

    /// <summary>Creates an empty workspace.</summary>
    /// <param name="limits">Null takes the defaults.</param>
    public VisionWorkspace(WorkspaceLimits? limits = null)
    {
        Limits = limits ?? WorkspaceLimits.Default;
        Limits.Validate();
    }

    /// <summary>How much it keeps.</summary>
    public WorkspaceLimits Limits { get; }

    /// <summary>The pictures at this moment, in the order they were opened.</summary>
    public IReadOnlyList<VisionImage> Images
    {
        get
        {
            lock (_gate)
            {
                return [.. _images.Values.OrderBy(entry => entry.Number).Select(entry => entry.Image)];
            }
        }
    }

    /// <summary>Keeps a picture. The same pixels keep the handle (and the name) that they already have.</summary>
    /// <param name="opened">The picture.</param>
    /// <param name="name">What people call it; not a path.</param>
    /// <param name="format">The file's format, or <c>raw</c>.</param>
    public VisionImage AddImage(OpenedImage opened, string name, string format = "raw")
    {
        ArgumentNullException.ThrowIfNull(opened);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(format);
        var hash = opened.Pixels.ContentHash;
        lock (_gate)
        {
            foreach (var entry in _images.Values)
            {
                if (entry.Image.Opened.Pixels.ContentHash == hash)
                {
                    entry.LastUse = ++_clock;
                    return entry.Image;
                }
            }

            var number = ++_lastImage;
            var image = new VisionImage(HandleOf(ImagePrefix, number), name, format, opened);
            _images.Add(image.Handle, new ImageEntry(image, number) { LastUse = ++_clock });
            DropImages();
            return image;
        }
    }

    /// <summary>Finds a picture.</summary>
    /// <param name="handle">Its handle; case, white space and square brackets around it do not matter.</param>
    /// <param name="image">The picture, if it is there.</param>
    public bool TryGetImage(string? handle, [NotNullWhen(true)] out VisionImage? image)
    {
        lock (_gate)
        {
            image = null;
            if (handle is not null && _images.TryGetValue(Normalise(handle), out var entry))
            {
                entry.LastUse = ++_clock;
                image = entry.Image;
            }

            return image is not null;
        }
    }

    /// <summary>Whether a handle was given once and what it stood for has been pushed out since.</summary>
    internal bool IsExpired(string handle)
    {
        lock (_gate)
        {
            handle = Normalise(handle);
            return WasGiven(handle, ImagePrefix, _lastImage) ? !_images.ContainsKey(handle)
                : WasGiven(handle, RegionPrefix, _lastRegion) ? !_regions.ContainsKey(handle)
                : WasGiven(handle, SetPrefix, _lastSet) ? !_sets.ContainsKey(handle)
                : WasGiven(handle, ArtifactPrefix, _lastArtifact) && !_artifacts.ContainsKey(handle);
        }
    }

    /// <summary>The turns that a follow-up question about a picture continues from, oldest first.</summary>
    internal IReadOnlyList<EarlierTurn> DialogueOf(string image)
    {
        lock (_gate)
        {
            return _images.TryGetValue(image, out var entry) ? [.. entry.Dialogue] : [];
        }
    }

    /// <summary>Keeps a turn about the whole picture, as one more of the dialogue or as the first of a new one.</summary>
    internal void Remember(string image, EarlierTurn turn, bool followsUp, int maximumTurns)
    {
        lock (_gate)
        {
            if (_images.TryGetValue(image, out var entry))
            {
                entry.Dialogue = [.. (followsUp ? entry.Dialogue : []).Append(turn).TakeLast(maximumTurns)];
            }
        }
    }

    private static string Normalise(string handle) => handle.AsSpan().Trim(" \t\r\n[]\"'`").ToString().ToLowerInvariant();

    private static string HandleOf(string prefix, int number) => prefix + number.ToString(CultureInfo.InvariantCulture);

    private static bool WasGiven(string handle, string prefix, int last) =>
        handle.StartsWith(prefix, StringComparison.Ordinal)
        && int.TryParse(handle.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= 1 && number <= last
        && handle == HandleOf(prefix, number);

    private void DropImages()
    {
        while (_images.Count > 1
            && (_images.Count > Limits.MaximumImages || _images.Values.Sum(entry => entry.Image.PixelCount) > Limits.MaximumTotalPixels))
        {
            var oldest = _images.Values.MinBy(entry => entry.LastUse)!.Image.Handle;
            _images.Remove(oldest);
            ForgetWhatBelongsTo(oldest);
        }
    }

    private void ForgetWhatBelongsTo(string image)
    {
        DropRegionsOf(image);
        foreach (var set in _sets.Values.Where(set => set.Image == image).ToArray())
        {
            _sets.Remove(set.Handle);
        }

        // Artifacts stay: they are finished files, and whoever asked for one may fetch it later.
    }

    private sealed class ImageEntry(VisionImage image, int number)
    {
        public VisionImage Image { get; } = image;

        public int Number { get; } = number;

        public long LastUse { get; set; }

        public IReadOnlyList<EarlierTurn> Dialogue { get; set; } = [];
    }
}
