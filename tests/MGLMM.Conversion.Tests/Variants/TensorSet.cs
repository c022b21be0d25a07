using System.Text;
using System.Text.Json.Nodes;
using MGLMM.Conversion.Checkpoints;
using MGLMM.Conversion.Checkpoints.Folders;
using MGLMM.Conversion.Tests.Checkpoints;

namespace MGLMM.Conversion.Tests.Variants;

/// <summary>A state dict in memory, in the order of its file: read from a checkpoint, changed by a test, written as PyTorch or safetensors would.</summary>
internal sealed class TensorSet
{
    private static readonly Dictionary<TensorElementKind, (string Torch, string Safetensors)> Types = new()
    {
        [TensorElementKind.Float32] = ("FloatStorage", "F32"),
        [TensorElementKind.Float16] = ("HalfStorage", "F16"),
        [TensorElementKind.BFloat16] = ("BFloat16Storage", "BF16"),
        [TensorElementKind.Float64] = ("DoubleStorage", "F64"),
        [TensorElementKind.Int32] = ("IntStorage", "I32"),
        [TensorElementKind.Int64] = ("LongStorage", "I64"),
        [TensorElementKind.Int8] = ("CharStorage", "I8"),
        [TensorElementKind.UInt8] = ("ByteStorage", "U8"),
        [TensorElementKind.Float8] = ("UntypedStorage", "F8_E4M3"),
    };

    private readonly List<(string Name, StoredTensor Tensor)> _tensors = [];

    public IEnumerable<string> Names => _tensors.Select(tensor => tensor.Name);

    /// <summary>A tensor by name; setting one that is not there adds it.</summary>
    public StoredTensor this[string name]
    {
        get => _tensors.Find(tensor => tensor.Name == name) is { Tensor: { } found } ? found : throw new KeyNotFoundException(name);
        set
        {
            int at = _tensors.FindIndex(tensor => tensor.Name == name);
            if (at < 0)
            {
                _tensors.Add((name, value));
            }
            else
            {
                _tensors[at] = (name, value);
            }
        }
    }

    /// <summary>Everything that a checkpoint folder holds.</summary>
    public static TensorSet Read(string folder)
    {
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        TensorSet set = new();
        foreach ((string name, CheckpointTensor tensor) in checkpoint.Tensors)
        {
            byte[] bytes = new byte[tensor.ElementCount * tensor.Kind.ByteSize()];
            tensor.ReadRaw(0, bytes);
            set[name] = new StoredTensor(tensor.Kind, [.. tensor.Shape], bytes);
        }

        return set;
    }

    /// <summary>The same tensors under other names.</summary>
    public TensorSet Rename(Func<string, string> rename)
    {
        TensorSet set = new();
        foreach ((string name, StoredTensor tensor) in _tensors)
        {
            set[rename(name)] = tensor;
        }

        return set;
    }

    /// <summary>Those of its tensors that are wanted.</summary>
    public TensorSet Where(Func<string, bool> wanted)
    {
        TensorSet set = new();
        foreach ((string name, StoredTensor tensor) in _tensors.Where(tensor => wanted(tensor.Name)))
        {
            set[name] = tensor;
        }

        return set;
    }

    /// <summary>A file as torch.save writes it.</summary>
    /// <param name="wrapper">The key of a dictionary around the state dict; null for none.</param>
    /// <param name="beside">What stands beside the state dict in that dictionary.</param>
    public byte[] ToTorch(string? wrapper = null, params ReadOnlySpan<(string Name, StoredTensor Tensor)> beside)
    {
        PickleBuilder pickle = PickleBuilder.Protocol2().Op('}');
        List<(string Key, byte[] Bytes)> storages = new();
        if (wrapper is not null)
        {
            pickle.Op('(').Text(wrapper).Op('}');
        }

        foreach ((string name, StoredTensor tensor) in _tensors)
        {
            Add(name, tensor).Op('s');
        }

        if (wrapper is not null)
        {
            foreach ((string name, StoredTensor tensor) in beside)
            {
                Add(name, tensor);
            }

            pickle.Op('u');
        }

        return StoredZipBuilder.Torch(pickle.Stop(), [.. storages]);

        PickleBuilder Add(string name, StoredTensor tensor)
        {
            string key = storages.Count.ToString(System.Globalization.CultureInfo.InvariantCulture);
            storages.Add((key, tensor.Bytes));
            long[] strides = new long[tensor.Shape.Length];
            long elements = 1L;
            for (int dimension = strides.Length - 1; dimension >= 0; dimension--)
            {
                strides[dimension] = elements;
                elements *= tensor.Shape[dimension];
            }

            pickle.Text(name);
            return tensor.Kind == TensorElementKind.Float8
                ? pickle.Global("torch._utils", "_rebuild_tensor_v3").Op('(').Storage("UntypedStorage", key, elements).Integer(0).Integers(tensor.Shape).Integers(strides)
                    .Raw(0x89).Global("collections", "OrderedDict").Ops(")R").Global("torch", "float8_e4m3fn").Ops("tR")
                : pickle.Tensor(Types[tensor.Kind].Torch, key, elements, 0, tensor.Shape, strides);
        }
    }

    /// <summary>A safetensors file.</summary>
    public byte[] ToSafetensors()
    {
        JsonObject header = new();
        long offset = 0L;
        foreach ((string name, StoredTensor tensor) in _tensors)
        {
            header[name] = new JsonObject
            {
                ["dtype"] = Types[tensor.Kind].Safetensors,
                ["shape"] = new JsonArray([.. tensor.Shape.Select(size => (JsonNode)size)]),
                ["data_offsets"] = new JsonArray(offset, offset + tensor.Bytes.Length),
            };
            offset += tensor.Bytes.Length;
        }

        byte[] json = Encoding.UTF8.GetBytes(header.ToJsonString());
        return [.. BitConverter.GetBytes((long)json.Length), .. json, .. _tensors.SelectMany(tensor => tensor.Tensor.Bytes)];
    }
}
