using System.Diagnostics.CodeAnalysis;

namespace MGLMM.Vision.Workspaces;

/// <summary>Sets.</summary>
public sealed partial class VisionWorkspace
{
    private readonly Dictionary<string, VisionSet> _sets = new(StringComparer.Ordinal);
    private int _lastSet;

    /// <summary>The sets at this moment, in the order they were made.</summary>
    public IReadOnlyList<VisionSet> Sets
    {
        get
        {
            lock (_gate)
            {
                return [.. _sets.Values.OrderBy(set => set.Number)];
            }
        }
    }

    /// <summary>Finds a set.</summary>
    /// <param name="handle">Its handle; case, white space and square brackets around it do not matter.</param>
    /// <param name="set">The set, if it is there.</param>
    public bool TryGetSet(string? handle, [NotNullWhen(true)] out VisionSet? set)
    {
        lock (_gate)
        {
            Touch();
            set = null;
            return handle is not null && _sets.TryGetValue(Handles.Normalise(handle), out set);
        }
    }

    /// <summary>The regions of a set that are still kept, in order.</summary>
    /// <param name="handle">The set's handle; null and unknown handles have none.</param>
    public IReadOnlyList<VisionRegion> RegionsInSet(string? handle)
    {
        lock (_gate)
        {
            return TryGetSet(handle, out VisionSet? set) ? [.. set.Regions.Select(_regions.GetValueOrDefault).OfType<VisionRegion>()] : [];
        }
    }

    /// <summary>Keeps a list of regions under a handle. The same regions in the same order, of the same picture and origin, keep their handle.</summary>
    internal VisionSet AddSet(VisionImage image, IReadOnlyList<string> regions, string origin)
    {
        lock (_gate)
        {
            Touch();
            if (_sets.Values.FirstOrDefault(set => set.Image == image.Handle && set.Origin == origin && set.Regions.SequenceEqual(regions)) is { } known)
            {
                return known;
            }

            int number = ++_lastSet;
            VisionSet added = new() { Handle = Handles.Of(Handles.Set, number), Number = number, Image = image.Handle, Regions = [.. regions], Origin = origin };

            // A set of a picture that was pushed out meanwhile would never be found again.
            if (!_images.ContainsKey(image.Handle))
            {
                return added;
            }

            _sets.Add(added.Handle, added);
            if (_sets.Count > Limits.MaximumSets)
            {
                _sets.Remove(_sets.Values.MinBy(set => set.Number)!.Handle);
            }

            return added;
        }
    }
}
