using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;

namespace MGLMM.Conversion.Checkpoints.Torch;

/// <summary>
/// Interprets the pickle of a <c>torch.save</c> file symbolically: containers, numbers and text become values, storages and
/// tensors become descriptions, and nothing is ever imported, called or instantiated.
/// </summary>
/// <remarks>
/// Opcodes and globals outside two fixed lists end the interpretation with an error that names them. Work, stack, memo,
/// strings and nesting are capped by <see cref="PickleLimits"/>. The opcodes' meaning: CPython's <c>pickletools</c>.
/// </remarks>
internal ref struct PickleInterpreter
{
    private const int MaximumGlobalLength = 256;
    private const int MaximumStorageKeyLength = 64;

    private static readonly object True = true;
    private static readonly object False = false;
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _pickle;
    private readonly string _fileName;
    private readonly PickleLimits _limits;
    private readonly List<object> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<uint, object> _memo = [];
    private readonly Dictionary<string, TorchStorage> _storages = new(StringComparer.Ordinal);
    private int _position;
    private int _opcodeAt;

    private PickleInterpreter(ReadOnlySpan<byte> pickle, string fileName, PickleLimits limits)
    {
        _pickle = pickle;
        _fileName = fileName;
        _limits = limits;
    }

    /// <summary>Interprets a whole pickle.</summary>
    /// <param name="pickle">The bytes of <c>data.pkl</c>.</param>
    /// <param name="fileName">For messages.</param>
    /// <param name="limits">How much it may ask for.</param>
    /// <returns>The value it stands for: a type of <c>PickleValues.cs</c>, a string, long, double or bool.</returns>
    /// <exception cref="CheckpointFormatException">It is damaged, too large, or asks for more than tensors.</exception>
    public static object Interpret(ReadOnlySpan<byte> pickle, string fileName, PickleLimits limits)
    {
        if (pickle.Length > limits.Length)
        {
            throw new CheckpointFormatException(
                fileName, $"Its data.pkl has {pickle.Length} bytes; a state dict needs at most {limits.Length}. {CheckpointFormatException.ResaveRecipe}");
        }

        return new PickleInterpreter(pickle, fileName, limits).Run();
    }

    private object Run()
    {
        if (_pickle.Length < 2 || _pickle[0] != (byte)PickleOpcode.Proto)
        {
            throw Damaged("does not begin with a protocol number");
        }

        for (int executed = 0; ; executed++)
        {
            _opcodeAt = _position;
            if (executed == _limits.Opcodes)
            {
                throw TooMuch($"more than {_limits.Opcodes} instructions");
            }

            PickleOpcode opcode = (PickleOpcode)TakeByte();
            if (opcode == PickleOpcode.Stop)
            {
                if (_stack.Count != 1 || _marks.Count != 0)
                {
                    throw Damaged($"ends with {_stack.Count} values and {_marks.Count} marks instead of one value");
                }

                if (_position != _pickle.Length)
                {
                    throw Damaged("goes on after its end");
                }

                return _stack[0];
            }

            Execute(opcode);
        }
    }

    private void Execute(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Proto:
                ReadProtocol();
                break;
            case PickleOpcode.Mark:
                if (_marks.Count == _limits.Nesting)
                {
                    throw TooMuch($"more than {_limits.Nesting} marks inside each other");
                }

                _marks.Add(_stack.Count);
                break;
            case PickleOpcode.None:
                Push(PickleNone.Instance);
                break;
            case PickleOpcode.NewTrue:
                Push(True);
                break;
            case PickleOpcode.NewFalse:
                Push(False);
                break;
            case PickleOpcode.BinInt:
                Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4)));
                break;
            case PickleOpcode.BinInt1:
                Push((long)TakeByte());
                break;
            case PickleOpcode.BinInt2:
                Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2)));
                break;
            case PickleOpcode.Long1:
                Push(ReadLong(Take(TakeByte())));
                break;
            case PickleOpcode.BinFloat:
                Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8)));
                break;
            case PickleOpcode.BinUnicode:
                Push(ReadText(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))));
                break;
            case PickleOpcode.ShortBinString:
                Push(ReadText(TakeByte()));
                break;
            case PickleOpcode.EmptyTuple:
                Push(PickleTuple.Empty);
                break;
            case PickleOpcode.Tuple:
                PushContainer(new PickleTuple(PopRun()));
                break;
            case PickleOpcode.Tuple1:
                PushContainer(new PickleTuple([Pop()]));
                break;
            case PickleOpcode.Tuple2:
                {
                    object second = Pop();
                    PushContainer(new PickleTuple([Pop(), second]));
                    break;
                }

            case PickleOpcode.Tuple3:
                {
                    object third = Pop();
                    object second = Pop();
                    PushContainer(new PickleTuple([Pop(), second, third]));
                    break;
                }

            case PickleOpcode.EmptyList:
                Push(new PickleSequence(isSet: false));
                break;
            case PickleOpcode.EmptySet:
                Push(new PickleSequence(isSet: true));
                break;
            case PickleOpcode.EmptyDict:
                Push(new PickleDictionary());
                break;
            case PickleOpcode.Append:
                Append([Pop()]);
                break;
            case PickleOpcode.Appends:
                Append(PopRun());
                break;
            case PickleOpcode.SetItem:
                {
                    object value = Pop();
                    SetItems([Pop(), value]);
                    break;
                }

            case PickleOpcode.SetItems:
                SetItems(PopRun());
                break;
            case PickleOpcode.BinPut:
                Remember(TakeByte());
                break;
            case PickleOpcode.LongBinPut:
                Remember(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)));
                break;
            case PickleOpcode.BinGet:
                Recall(TakeByte());
                break;
            case PickleOpcode.LongBinGet:
                Recall(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)));
                break;
            case PickleOpcode.Global:
                Push(ReadGlobal());
                break;
            case PickleOpcode.Reduce:
            case PickleOpcode.NewObj:
                {
                    object arguments = Pop();
                    Push(Describe(Pop(), arguments));
                    break;
                }

            case PickleOpcode.Build:
                Build();
                break;
            case PickleOpcode.BinPersId:
                Push(ReadStorage(Pop()));
                break;
            default:
                throw Refused(
                    $"needs the pickle opcode {PickleOpcodeNames.NameOf((byte)opcode)} (0x{(byte)opcode:X2}), which no plain state dict of tensors uses");
        }
    }

    private void ReadProtocol()
    {
        int protocol = TakeByte();
        if (_opcodeAt != 0)
        {
            throw Damaged("changes its protocol on the way");
        }

        if (protocol != 2)
        {
            throw Refused($"is written in pickle protocol {protocol}; only protocol 2, the default of torch.save, is read");
        }
    }

    private readonly long ReadLong(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > sizeof(long))
        {
            throw TooMuch($"an integer of {bytes.Length} bytes");
        }

        long value = 0;
        for (int i = bytes.Length - 1; i >= 0; i--)
        {
            value = i == bytes.Length - 1 ? (sbyte)bytes[i] : (value << 8) | bytes[i];
        }

        return value;
    }

    private string ReadText(uint length)
    {
        if (length > _limits.StringLength)
        {
            throw TooMuch($"a string of {length} bytes");
        }

        try
        {
            return StrictUtf8.GetString(Take((int)length));
        }
        catch (DecoderFallbackException)
        {
            throw Damaged("has text that is not UTF-8");
        }
    }

    private TorchGlobal ReadGlobal()
    {
        string module = ReadLine();
        string name = ReadLine();
        return TorchGlobal.Find(module, name) ?? throw Refused(
            $"asks for the Python global {CheckpointFormatException.Quote($"{module}.{name}")}, which is not one that rebuilds tensors; nothing of it was run");
    }

    private string ReadLine()
    {
        ReadOnlySpan<byte> rest = _pickle[_position..];
        int length = rest[..Math.Min(rest.Length, MaximumGlobalLength)].IndexOf((byte)'\n');
        if (length < 0)
        {
            throw Damaged("has the name of a global that does not end");
        }

        _position += length + 1;
        return Encoding.Latin1.GetString(rest[..length]);
    }

    private readonly object Describe(object callable, object arguments)
    {
        if (callable is not TorchGlobal global || arguments is not PickleTuple { Items: object[] items })
        {
            throw Refused($"calls {Name(callable)} with {Name(arguments)}");
        }

        switch (global.Role)
        {
            case TorchGlobalRole.OrderedDictionary when items.Length == 0:
                return new PickleDictionary();
            case TorchGlobalRole.RebuildTensor:
                return DescribeTensor(items);
            case TorchGlobalRole.RebuildTypedTensor
                when items is [TorchStorage { Kind: TensorElementKind.UInt8 } bytes, _, _, _, _, _, TorchGlobal { Role: TorchGlobalRole.ElementType } type, ..]:
                return DescribeTensor([bytes with { Kind = type.StorageKind }, .. items[1..6]]);
            case TorchGlobalRole.RebuildParameter when items is [TorchTensor data, bool, PickleDictionary]:
                return data;
            case TorchGlobalRole.ParameterType when items is [TorchTensor] or [TorchTensor, bool]:
                return items[0];
            case TorchGlobalRole.RebuildFromType
                when items is [TorchGlobal { Role: TorchGlobalRole.RebuildTensor }, TorchGlobal { Role: TorchGlobalRole.ParameterType or TorchGlobalRole.TensorType }, PickleTuple inner, _]:
                return DescribeTensor(inner.Items);
            case TorchGlobalRole.Size when items is [PickleTuple sizes]:
                return sizes;
            default:
                throw Refused($"calls '{global.Name.Replace(' ', '.')}' with arguments that torch.save never writes");
        }
    }

    // torch/_utils.py: _rebuild_tensor_v2(storage, storage_offset, size, stride, requires_grad, backward_hooks, metadata=None)
    private readonly TorchTensor DescribeTensor(object[] arguments)
    {
        if (arguments.Length <= 7
            && arguments is [TorchStorage storage, long offset, PickleTuple size, PickleTuple stride, bool, PickleDictionary or PickleNone, ..])
        {
            return new TorchTensor(storage, offset, ReadIntegers(size), ReadIntegers(stride));
        }

        throw Refused("rebuilds a tensor with arguments that torch.save never writes");
    }

    private readonly long[] ReadIntegers(PickleTuple tuple)
    {
        if (tuple.Items.Length > TensorLayout.MaximumRank)
        {
            throw TooMuch($"a tensor of {tuple.Items.Length} dimensions");
        }

        long[] integers = new long[tuple.Items.Length];
        for (int i = 0; i < integers.Length; i++)
        {
            integers[i] = tuple.Items[i] is long value ? value : throw Refused($"has a tensor with {Name(tuple.Items[i])} among its sizes or strides");
        }

        return integers;
    }

    private readonly TorchStorage ReadStorage(object id)
    {
        if (id is PickleTuple { Items: ["storage", TorchGlobal { Role: TorchGlobalRole.StorageType } type, string key, string, long count] })
        {
            return FindStorage(key, type, count);
        }

        throw Refused("refers to something outside itself that is not a storage");
    }

    private readonly TorchStorage FindStorage(string key, TorchGlobal type, long count)
    {
        if (key.Length is 0 or > MaximumStorageKeyLength || key is "." or ".." || key.AsSpan().IndexOfAny("/\\:\0") >= 0)
        {
            throw Refused($"refers to a storage with the name {CheckpointFormatException.Quote(key)}, which leads out of the archive");
        }

        if (_storages.TryGetValue(key, out TorchStorage? known))
        {
            return known.Kind == type.StorageKind && known.ElementCount == count
                ? known
                : throw Damaged($"describes storage {CheckpointFormatException.Quote(key)} in two ways");
        }

        TorchStorage storage = new(key, type.StorageKind, count);
        _storages.Add(key, storage);
        return storage;
    }

    private readonly void Append(ReadOnlySpan<object> items)
    {
        if (Peek() is not PickleSequence { IsSet: false } list)
        {
            throw Damaged($"appends to {Name(Peek())}");
        }

        foreach (object item in items)
        {
            list.Add(item);
            CheckNesting(list, item);
        }
    }

    private readonly void SetItems(ReadOnlySpan<object> items)
    {
        if (Peek() is not PickleDictionary dictionary || items.Length % 2 != 0)
        {
            throw Damaged($"sets {items.Length} keys and values of {Name(Peek())}");
        }

        for (int i = 0; i < items.Length; i += 2)
        {
            if (!dictionary.TryAdd(items[i], items[i + 1]))
            {
                throw Damaged($"has the key {CheckpointFormatException.Quote((string)items[i])} twice in one dictionary");
            }

            CheckNesting(dictionary, items[i + 1]);
        }
    }

    private void Build()
    {
        object state = Pop();
        if (Peek() is not PickleDictionary || state is not PickleDictionary)
        {
            throw Refused($"sets the state of {Name(Peek())} to {Name(state)}; only attributes of dictionaries (and those are dropped) are read");
        }
    }

    private readonly void Remember(uint index)
    {
        if (_memo.Count >= _limits.MemoSize && !_memo.ContainsKey(index))
        {
            throw TooMuch($"more than {_limits.MemoSize} objects remembered");
        }

        _memo[index] = Peek();
    }

    private readonly void Recall(uint index) =>
        Push(_memo.TryGetValue(index, out object? value) ? value : throw Damaged($"recalls object {index}, which it never remembered"));

    private readonly void Push(object value)
    {
        if (_stack.Count == _limits.StackDepth)
        {
            throw TooMuch($"more than {_limits.StackDepth} values on its stack");
        }

        _stack.Add(value);
    }

    private readonly void PushContainer(PickleTuple tuple)
    {
        CheckNesting(tuple, null);
        Push(tuple);
    }

    private readonly void CheckNesting(PickleContainer container, object? added)
    {
        if (ReferenceEquals(container, added))
        {
            throw Refused("holds a container that contains itself");
        }

        if (container.Depth > _limits.Nesting)
        {
            throw TooMuch($"containers nested more than {_limits.Nesting} deep");
        }
    }

    private readonly int Floor => _marks.Count == 0 ? 0 : _marks[^1];

    private readonly object Peek() => _stack.Count > Floor ? _stack[^1] : throw Damaged("takes a value from an empty stack");

    private readonly object Pop()
    {
        object top = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return top;
    }

    private readonly object[] PopRun()
    {
        if (_marks.Count == 0)
        {
            throw Damaged("ends a run that never began");
        }

        int start = _marks[^1];
        _marks.RemoveAt(_marks.Count - 1);
        object[] run = new object[_stack.Count - start];
        _stack.CopyTo(start, run, 0, run.Length);
        _stack.RemoveRange(start, run.Length);
        return run;
    }

    private byte TakeByte() => Take(1)[0];

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _pickle.Length - _position)
        {
            throw Damaged("ends in the middle of an instruction");
        }

        ReadOnlySpan<byte> taken = _pickle.Slice(_position, length);
        _position += length;
        return taken;
    }

    private readonly CheckpointFormatException Refused(string what) => Fault(what, CheckpointFormatException.ResaveRecipe);

    private readonly CheckpointFormatException TooMuch(string what) =>
        Fault($"asks for {what}, more than a state dict needs", CheckpointFormatException.ResaveRecipe);

    private readonly CheckpointFormatException Damaged(string what) => Fault(what, CheckpointFormatException.FetchAgainAdvice);

    private readonly CheckpointFormatException Fault(string what, string advice)
    {
        string opcode = _opcodeAt < _pickle.Length
            ? $"at byte {_opcodeAt} ({PickleOpcodeNames.NameOf(_pickle[_opcodeAt])}, 0x{_pickle[_opcodeAt]:X2})"
            : $"at byte {_opcodeAt} (the end)";
        return new CheckpointFormatException(_fileName, $"Its data.pkl {what}, {opcode}. {advice}");
    }

    /// <summary>What a value is, in a word or two.</summary>
    public static string Name(object value) => value switch
    {
        PickleNone => "None",
        string => "text",
        long => "an integer",
        double => "a float",
        bool => "a truth value",
        PickleTuple => "a tuple",
        PickleSequence sequence => sequence.IsSet ? "a set" : "a list",
        PickleDictionary => "a dictionary",
        TorchGlobal global => $"'{global.Name.Replace(' ', '.')}'",
        TorchStorage => "a storage",
        TorchTensor => "a tensor",
        _ => throw new UnreachableException(),
    };
}
