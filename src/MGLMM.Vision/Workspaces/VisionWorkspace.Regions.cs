using System.Diagnostics.CodeAnalysis;
using MGLMM.Masks;
using MGLMM.Vision.Language;

namespace MGLMM.Vision.Workspaces;

/// <summary>Regions.</summary>
public sealed partial class VisionWorkspace
{
    private readonly Dictionary<string, VisionRegion> _regions = new(StringComparer.Ordinal);

    // In the order they were made, so that the oldest is found without a search.
    private readonly Queue<string> _regionOrder = new();
    private int _lastRegion;
    private long _maskBytes;

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

    /// <summary>
    /// Keeps regions of a picture in one step, so that an answer's handles follow each other. A region that is there already, with
    /// the same pixels, words and parent, keeps its handle.
    /// </summary>
    /// <exception cref="ArgumentException">A mask is empty or not of the picture's size.</exception>
    internal IReadOnlyList<VisionRegion> AddRegions(
        VisionImage image, IEnumerable<(Mask Mask, string? Phrase)> found, string instruction, string? parent, string? model,
        IReadOnlyList<string>? sources = null)
    {
        lock (_gate)
        {
            Touch();
            List<VisionRegion> added = new();
            model = model is null ? null : PlainText.Limit(model, ContentNames.Longest);
            foreach ((Mask? mask, string? words) in found)
            {
                string? phrase = words is null ? null : PlainText.Limit(words, ContentNames.Longest);
                if (mask.IsEmpty || mask.Width != image.Width || mask.Height != image.Height)
                {
                    throw new ArgumentException("A region needs a mask of its picture's size with at least one pixel.", nameof(found));
                }

                added.Add(Known(image, mask, phrase, parent) ?? Add(image, mask, phrase, instruction, parent, model, sources));
            }

            // Regions of a picture that was pushed out meanwhile would never be found again.
            if (!_images.ContainsKey(image.Handle))
            {
                ForgetWhatBelongsTo(image.Handle);
            }

            return added;
        }
    }

    /// <summary>Finds a region.</summary>
    /// <param name="handle">Its handle; case, white space and square brackets around it do not matter.</param>
    /// <param name="region">The region, if it is there.</param>
    public bool TryGetRegion(string? handle, [NotNullWhen(true)] out VisionRegion? region)
    {
        lock (_gate)
        {
            Touch();
            region = null;
            return handle is not null && _regions.TryGetValue(Handles.Normalise(handle), out region);
        }
    }

    /// <summary>The regions of a picture, in the order they were made.</summary>
    /// <param name="image">The picture's handle.</param>
    public IReadOnlyList<VisionRegion> RegionsOf(string image)
    {
        ArgumentNullException.ThrowIfNull(image);
        lock (_gate)
        {
            string handle = Handles.Normalise(image);
            return [.. _regions.Values.Where(region => region.Image == handle).OrderBy(region => region.Number)];
        }
    }

    private static long BytesOf(VisionRegion region) => sizeof(int) * (long)region.Mask.Counts.Length;

    private VisionRegion? Known(VisionImage image, Mask mask, string? phrase, string? parent)
    {
        foreach (VisionRegion region in _regions.Values)
        {
            if (region.Image == image.Handle && region.Mask.Area == mask.Area && region.Phrase == phrase && region.Parent == parent && region.Mask.Equals(mask))
            {
                return region;
            }
        }

        return null;
    }

    private VisionRegion Add(VisionImage image, Mask mask, string? phrase, string instruction, string? parent, string? model, IReadOnlyList<string>? sources)
    {
        int number = ++_lastRegion;
        VisionRegion region = new()
        {
            Handle = Handles.Of(Handles.Region, number),
            Number = number,
            Image = image.Handle,
            Mask = mask,
            Phrase = phrase,
            Instruction = instruction,
            Parent = parent,
            Model = model,
            Sources = sources ?? [],
        };
        _regions.Add(region.Handle, region);
        _maskBytes += BytesOf(region);
        _regionOrder.Enqueue(region.Handle);
        while (_regions.Count > Limits.MaximumRegions || (_maskBytes > Limits.MaximumMaskBytes && _regions.Count > 1))
        {
            if (_regions.Remove(_regionOrder.Dequeue(), out VisionRegion? oldest))
            {
                _maskBytes -= BytesOf(oldest);
            }
        }

        return region;
    }

    private void DropRegionsOf(string image)
    {
        foreach (VisionRegion? region in _regions.Values.Where(region => region.Image == image).ToArray())
        {
            _regions.Remove(region.Handle);
            _maskBytes -= BytesOf(region);
        }

        string[] left = _regionOrder.Where(_regions.ContainsKey).ToArray();
        _regionOrder.Clear();
        foreach (string? handle in left)
        {
            _regionOrder.Enqueue(handle);
        }
    }
}
