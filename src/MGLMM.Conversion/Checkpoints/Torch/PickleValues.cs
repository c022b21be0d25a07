namespace MGLMM.Conversion.Checkpoints.Torch;

// What the interpreter makes of a pickle. Beside these: string, long (every integer), double and bool.

/// <summary>Python's None.</summary>
internal sealed class PickleNone
{
    /// <summary>The only one.</summary>
    public static readonly PickleNone Instance = new();

    private PickleNone()
    {
    }
}

/// <summary>A value that holds others.</summary>
internal abstract class PickleContainer
{
    /// <summary>One more than the deepest container inside when it was added.</summary>
    public int Depth { get; protected set; } = 1;

    /// <summary>Counts the depth of an item that is added.</summary>
    protected void Hold(object item)
    {
        if (item is PickleContainer container)
        {
            Depth = Math.Max(Depth, container.Depth + 1);
        }
    }
}

/// <summary>A tuple.</summary>
internal sealed class PickleTuple : PickleContainer
{
    /// <summary>The tuple without items.</summary>
    public static readonly PickleTuple Empty = new([]);

    /// <summary>Takes ownership of <paramref name="items"/>.</summary>
    public PickleTuple(object[] items)
    {
        Items = items;
        foreach (object item in items)
        {
            Hold(item);
        }
    }

    /// <summary>The items.</summary>
    public object[] Items { get; }
}

/// <summary>A list or a set; what it holds is never looked at, so only its depth is kept.</summary>
/// <param name="isSet">True for a set.</param>
internal sealed class PickleSequence(bool isSet) : PickleContainer
{
    /// <summary>True for a set.</summary>
    public bool IsSet { get; } = isSet;

    /// <summary>How many items were added.</summary>
    public int Count { get; private set; }

    /// <summary>Adds an item.</summary>
    public void Add(object item)
    {
        Hold(item);
        Count++;
    }
}

/// <summary>A dict or OrderedDict; entries whose key is not a string are counted and dropped.</summary>
internal sealed class PickleDictionary : PickleContainer
{
    private Dictionary<string, object>? _entries;

    /// <summary>The entries with string keys, in the order they were added.</summary>
    public IReadOnlyDictionary<string, object> Entries => _entries ??= new Dictionary<string, object>(StringComparer.Ordinal);

    /// <summary>How many entries had keys of another type.</summary>
    public int OtherKeyCount { get; private set; }

    /// <summary>Adds an entry; false if its key is there already.</summary>
    public bool TryAdd(object key, object value)
    {
        Hold(value);
        if (key is string text)
        {
            _entries ??= new Dictionary<string, object>(StringComparer.Ordinal);
            return _entries.TryAdd(text, value);
        }

        OtherKeyCount++;
        return true;
    }
}

/// <summary>A storage that tensors view.</summary>
/// <param name="Key">Its entry's name under <c>data/</c>.</param>
/// <param name="Kind">The type of its elements.</param>
/// <param name="ElementCount">How many elements it has.</param>
internal sealed record TorchStorage(string Key, TensorElementKind Kind, long ElementCount);

/// <summary>A tensor as described by a call of <c>torch._utils._rebuild_tensor_v2</c>; not checked yet.</summary>
/// <param name="Storage">Where its elements lie.</param>
/// <param name="Offset">Its first element in the storage.</param>
/// <param name="Shape">The dimensions.</param>
/// <param name="Strides">Elements from one index to the next, per dimension.</param>
internal sealed record TorchTensor(TorchStorage Storage, long Offset, long[] Shape, long[] Strides);
