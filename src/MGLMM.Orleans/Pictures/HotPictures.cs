namespace MGLMM.Orleans.Pictures;

/// <summary>
/// Which copy of a picture a question is asked of: the first one that has room, so that a picture stays with one worker until it is asked a lot, and comes back to it as soon as that is over.
/// Thread-safe.
/// </summary>
/// <param name="hotAfter">Questions at once that a copy takes.</param>
internal sealed class HotPictures(int hotAfter)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<int>> _underWay = new(StringComparer.Ordinal);

    /// <summary>Pictures that are asked at the moment.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _underWay.Count;
            }
        }
    }

    /// <summary>Counts a question about a picture, and says which copy of it to ask.</summary>
    /// <param name="contentHash">The picture.</param>
    /// <param name="most">Copies at most: workers that have the model.</param>
    public int Begin(string contentHash, int most)
    {
        lock (_gate)
        {
            if (!_underWay.TryGetValue(contentHash, out List<int>? copies))
            {
                _underWay.Add(contentHash, copies = []);
            }

            int copy = copies.FindIndex(count => count < hotAfter);
            if (copy < 0 || copy >= most)
            {
                copy = copies.Count < most ? copies.Count : Least(copies, most);
            }

            if (copy == copies.Count)
            {
                copies.Add(0);
            }

            copies[copy]++;
            return copy;
        }
    }

    /// <summary>Ends a question that <see cref="Begin"/> counted.</summary>
    public void End(string contentHash, int copy)
    {
        lock (_gate)
        {
            List<int> copies = _underWay[contentHash];
            copies[copy]--;
            if (copies.TrueForAll(count => count == 0))
            {
                _underWay.Remove(contentHash);
            }
        }
    }

    private static int Least(List<int> copies, int most)
    {
        int least = 0;
        for (int copy = 1; copy < Math.Min(copies.Count, most); copy++)
        {
            least = copies[copy] < copies[least] ? copy : least;
        }

        return least;
    }
}
