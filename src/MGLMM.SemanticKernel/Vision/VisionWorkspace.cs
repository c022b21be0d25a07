using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MGLMM.Masks;
using MGLMM.Runtime;
using MGLMM.Runtime.Imaging;

namespace MGLMM.SemanticKernel.Vision;

/// <summary>
/// The pictures and regions of one conversation, under short handles: <c>img1</c>, <c>img2</c>, ... and <c>m1</c>, <c>m2</c>, ...
/// A handle is never given twice. Bounded by <see cref="WorkspaceLimits"/>; safe to use from many threads.
/// </summary>
/// <remarks>Give each conversation its own workspace: whoever holds a workspace sees all of it.</remarks>
public sealed class VisionWorkspace
{
    private const string ImagePrefix = "img";
    private const string RegionPrefix = "m";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, ImageEntry> _images = new(StringComparer.Ordinal);
    private readonly Dictionary<string, VisionRegion> _regions = new(StringComparer.Ordinal);

    // In the order they were made, so that the oldest is found without a search.
    private readonly Queue<string> _regionOrder = new();
    private int _lastImage;
    private int _lastRegion;
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

    /// <summary>The regions at this moment, in the order they were made.</summary>
    public IReadOnlyList<VisionRegion> Regions
    {
        get
        {
            lock (_gate)
            {
                return [.. _regions.Values.OrderBy(region => region.Number)];
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

    /// <summary>
    /// Keeps regions of a picture in one step, so that an answer's handles follow each other. A region that is there already, with
    /// the same pixels, words and parent, keeps its handle.
    /// </summary>
    /// <exception cref="ArgumentException">A mask is empty or not of the picture's size.</exception>
    internal IReadOnlyList<VisionRegion> AddRegions(
        VisionImage image, IEnumerable<(Mask Mask, string? Phrase)> found, string instruction, string? parent, string model)
    {
        lock (_gate)
        {
            var added = new List<VisionRegion>();
            foreach (var (mask, phrase) in found)
            {
                if (mask.IsEmpty || mask.Width != image.Width || mask.Height != image.Height)
                {
                    throw new ArgumentException("A region needs a mask of its picture's size with at least one pixel.", nameof(found));
                }

                added.Add(Known(image, mask, phrase, parent) ?? Add(image, mask, phrase, instruction, parent, model));
            }

            // Regions of a picture that was pushed out meanwhile would never be found again.
            if (!_images.ContainsKey(image.Handle))
            {
                DropRegionsOf(image.Handle);
            }

            return added;
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

    /// <summary>Finds a region.</summary>
    /// <param name="handle">Its handle; case, white space and square brackets around it do not matter.</param>
    /// <param name="region">The region, if it is there.</param>
    public bool TryGetRegion(string? handle, [NotNullWhen(true)] out VisionRegion? region)
    {
        lock (_gate)
        {
            region = null;
            return handle is not null && _regions.TryGetValue(Normalise(handle), out region);
        }
    }

    /// <summary>The regions of a picture, in the order they were made.</summary>
    /// <param name="image">The picture's handle.</param>
    public IReadOnlyList<VisionRegion> RegionsOf(string image)
    {
        ArgumentNullException.ThrowIfNull(image);
        lock (_gate)
        {
            var handle = Normalise(image);
            return [.. _regions.Values.Where(region => region.Image == handle).OrderBy(region => region.Number)];
        }
    }

    /// <summary>Draws regions over their picture, each in its own colour, labelled with handle and phrase.</summary>
    /// <param name="image">The picture's handle.</param>
    /// <param name="regions">Handles of regions of that picture; null draws all of them.</param>
    /// <param name="around">Handle of a region to show alone, with a margin of a quarter; null shows the whole picture.</param>
    /// <param name="options">How to draw; null takes the defaults.</param>
    /// <returns>The bytes of a PNG file. For the host to keep or show: no tool returns pixels to a model.</returns>
    /// <exception cref="KeyNotFoundException">A handle is unknown, or a region belongs to another picture.</exception>
    public byte[] RenderPng(string image, IEnumerable<string>? regions = null, string? around = null, OverlayOptions? options = null)
    {
        if (!TryGetImage(image, out var picture))
        {
            throw new KeyNotFoundException($"There is no picture '{image}' in this workspace.");
        }

        const double Margin = 0.25;
        var box = around is null ? new PixelBox(0, 0, picture.Width, picture.Height) : PictureView.BoxAround(RegionOfPicture(around).Mask, Margin);
        var chosen = regions is null ? RegionsOf(picture.Handle) : [.. regions.Select(RegionOfPicture)];

        // Small regions last, so that they are not painted over by what they are part of.
        OverlayRegion[] drawn =
        [
            .. chosen.OrderByDescending(region => region.Mask.Area)
                .Select(region => new OverlayRegion(
                    region.Mask.Crop(box), region.Phrase is null ? region.Handle : $"{region.Handle} {region.Phrase}", region.ColorIndex)),
        ];
        return new OverlayRenderer(options).RenderPng(picture.Opened.Pixels.Crop(box.Left, box.Top, box.Width, box.Height), drawn);

        VisionRegion RegionOfPicture(string handle) => TryGetRegion(handle, out var region) && region.Image == picture.Handle
            ? region
            : throw new KeyNotFoundException($"There is no region '{handle}' of '{picture.Handle}' in this workspace.");
    }

    /// <summary>Whether a handle was given once and what it stood for has been pushed out since.</summary>
    internal bool IsExpired(string handle)
    {
        lock (_gate)
        {
            handle = Normalise(handle);
            return WasGiven(handle, ImagePrefix, _lastImage) ? !_images.ContainsKey(handle)
                : WasGiven(handle, RegionPrefix, _lastRegion) && !_regions.ContainsKey(handle);
        }
    }

    private static string Normalise(string handle) => handle.AsSpan().Trim(" \t\r\n[]\"'`").ToString().ToLowerInvariant();

    private static string HandleOf(string prefix, int number) => prefix + number.ToString(CultureInfo.InvariantCulture);

    private static bool WasGiven(string handle, string prefix, int last) =>
        handle.StartsWith(prefix, StringComparison.Ordinal)
        && int.TryParse(handle.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= 1 && number <= last
        && handle == HandleOf(prefix, number);

    private VisionRegion? Known(VisionImage image, Mask mask, string? phrase, string? parent)
    {
        foreach (var region in _regions.Values)
        {
            if (region.Image == image.Handle && region.Mask.Area == mask.Area && region.Phrase == phrase && region.Parent == parent && region.Mask.Equals(mask))
            {
                return region;
            }
        }

        return null;
    }

    private VisionRegion Add(VisionImage image, Mask mask, string? phrase, string instruction, string? parent, string model)
    {
        var number = ++_lastRegion;
        var region = new VisionRegion
        {
            Handle = HandleOf(RegionPrefix, number),
            Number = number,
            Image = image.Handle,
            Mask = mask,
            Phrase = phrase,
            Instruction = instruction,
            Parent = parent,
            Model = model,
        };
        _regions.Add(region.Handle, region);
        _regionOrder.Enqueue(region.Handle);
        while (_regions.Count > Limits.MaximumRegions)
        {
            _regions.Remove(_regionOrder.Dequeue());
        }

        return region;
    }

    private void DropImages()
    {
        while (_images.Count > 1
            && (_images.Count > Limits.MaximumImages || _images.Values.Sum(entry => entry.Image.PixelCount) > Limits.MaximumTotalPixels))
        {
            var oldest = _images.Values.MinBy(entry => entry.LastUse)!.Image.Handle;
            _images.Remove(oldest);
            DropRegionsOf(oldest);
        }
    }

    private void DropRegionsOf(string image)
    {
        foreach (var region in _regions.Values.Where(region => region.Image == image).ToArray())
        {
            _regions.Remove(region.Handle);
        }

        var left = _regionOrder.Where(_regions.ContainsKey).ToArray();
        _regionOrder.Clear();
        foreach (var handle in left)
        {
            _regionOrder.Enqueue(handle);
        }
    }

    private sealed class ImageEntry(VisionImage image, int number)
    {
        public VisionImage Image { get; } = image;

        public int Number { get; } = number;

        public long LastUse { get; set; }
    }
}
