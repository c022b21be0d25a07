using MGLMM.Runtime.Inference;

namespace MGLMM.Runtime.Caching;

/// <summary>
/// The boxes that one picture was asked about: what stands for each in a sequence of positions, so that a KV cache is reused for the same boxes
/// only, and its features. Thread-safe.
/// </summary>
internal sealed class RegionTable
{
    /// <summary>Boxes to know at the same time; far more than a session asks about.</summary>
    private const int MaximumBoxes = 1024;

    private readonly Lock _sync = new();
    private readonly Dictionary<NormalizedBox, int> _ids = [];
    private readonly Dictionary<int, float[]> _features = [];
    private int _next = RegionPosition.First;

    /// <summary>Bytes of the features.</summary>
    public long Bytes
    {
        get
        {
            lock (_sync)
            {
                return _features.Values.Sum(features => 4L * features.Length);
            }
        }
    }

    /// <summary>What stands for each box in a sequence. An id never comes to mean another box.</summary>
    public int[] IdsOf(ReadOnlySpan<NormalizedBox> boxes)
    {
        lock (_sync)
        {
            if (_ids.Count + boxes.Length > MaximumBoxes)
            {
                _ids.Clear();
                _features.Clear();
            }

            int[] ids = new int[boxes.Length];
            for (int index = 0; index < ids.Length; index++)
            {
                if (!_ids.TryGetValue(boxes[index], out ids[index]))
                {
                    ids[index] = _next--;
                    _ids.Add(boxes[index], ids[index]);
                }
            }

            return ids;
        }
    }

    /// <summary>The features of a box, if they are known.</summary>
    public float[]? FeaturesOf(int id)
    {
        lock (_sync)
        {
            return _features.GetValueOrDefault(id);
        }
    }

    /// <summary>Keeps the features of a box.</summary>
    public void Keep(int id, float[] features)
    {
        lock (_sync)
        {
            _features[id] = features;
        }
    }

    /// <summary>Forgets all features; ids stay.</summary>
    public void DropFeatures()
    {
        lock (_sync)
        {
            _features.Clear();
        }
    }
}
