namespace MGLMM.Data.Input;

/// <summary>A dict of a pickle, in the order of its keys; a key that is set again has its last value.</summary>
internal sealed class PickleDictionary
{
    private readonly List<(object? Key, object? Value)> _entries = [];

    public IReadOnlyList<(object? Key, object? Value)> Entries => _entries;

    public void Add(object? key, object? value)
    {
        // Such dicts have a handful of keys; a search is shorter than a hash table is large.
        int index = _entries.Count <= 64 ? _entries.FindIndex(entry => Equals(entry.Key, key)) : -1;
        if (index < 0)
        {
            _entries.Add((key, value));
        }
        else
        {
            _entries[index] = (key, value);
        }
    }
}
