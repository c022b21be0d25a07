using System.Collections.Frozen;

namespace MGLMM.Conversion.Checkpoints.Torch;

/// <summary>What an allowed global stands for.</summary>
internal enum TorchGlobalRole
{
    /// <summary><c>collections.OrderedDict</c>.</summary>
    OrderedDictionary,

    /// <summary>A storage type; see <see cref="TorchGlobal.StorageKind"/>.</summary>
    StorageType,

    /// <summary><c>torch._utils._rebuild_tensor_v2</c>.</summary>
    RebuildTensor,

    /// <summary><c>torch._utils._rebuild_tensor_v3</c>, which names the element type beside an untyped storage.</summary>
    RebuildTypedTensor,

    /// <summary>An element type; see <see cref="TorchGlobal.StorageKind"/>.</summary>
    ElementType,

    /// <summary><c>torch._utils._rebuild_parameter</c>.</summary>
    RebuildParameter,

    /// <summary><c>torch._tensor._rebuild_from_type_v2</c>.</summary>
    RebuildFromType,

    /// <summary><c>torch.Size</c>.</summary>
    Size,

    /// <summary><c>torch.nn.parameter.Parameter</c>.</summary>
    ParameterType,

    /// <summary><c>torch.Tensor</c>, which only <see cref="RebuildFromType"/> takes.</summary>
    TensorType,
}

/// <summary>
/// A Python global on the allow-list. It is a marker: no code stands behind it, the interpreter knows what each means.
/// </summary>
internal sealed class TorchGlobal
{
    private static readonly FrozenDictionary<string, TorchGlobal> AllowList = new TorchGlobal[]
    {
        new("collections OrderedDict", TorchGlobalRole.OrderedDictionary),
        new("torch._utils _rebuild_tensor_v2", TorchGlobalRole.RebuildTensor),
        new("torch._utils _rebuild_tensor_v3", TorchGlobalRole.RebuildTypedTensor),
        new("torch._utils _rebuild_parameter", TorchGlobalRole.RebuildParameter),
        new("torch._tensor _rebuild_from_type_v2", TorchGlobalRole.RebuildFromType),
        new("torch Size", TorchGlobalRole.Size),
        new("torch.nn.parameter Parameter", TorchGlobalRole.ParameterType),
        new("torch Tensor", TorchGlobalRole.TensorType),
        new("torch FloatStorage", TensorElementKind.Float32),
        new("torch HalfStorage", TensorElementKind.Float16),
        new("torch BFloat16Storage", TensorElementKind.BFloat16),
        new("torch DoubleStorage", TensorElementKind.Float64),
        new("torch LongStorage", TensorElementKind.Int64),
        new("torch IntStorage", TensorElementKind.Int32),
        new("torch ShortStorage", TensorElementKind.Int16),
        new("torch CharStorage", TensorElementKind.Int8),
        new("torch ByteStorage", TensorElementKind.UInt8),
        new("torch BoolStorage", TensorElementKind.Bool),

        // torch.load gives an untyped storage the type uint8 (torch/serialization.py, persistent_load).
        new("torch UntypedStorage", TensorElementKind.UInt8),
        new("torch.storage UntypedStorage", TensorElementKind.UInt8),

        // The 8-bit floats have no storage type of their own: _rebuild_tensor_v3 names them.
        new("torch float8_e4m3fn", TorchGlobalRole.ElementType, TensorElementKind.Float8),
        new("torch float8_e5m2", TorchGlobalRole.ElementType, TensorElementKind.Float8),
        new("torch float8_e4m3fnuz", TorchGlobalRole.ElementType, TensorElementKind.Float8),
        new("torch float8_e5m2fnuz", TorchGlobalRole.ElementType, TensorElementKind.Float8),
        new("torch float8_e8m0fnu", TorchGlobalRole.ElementType, TensorElementKind.Float8),
    }.ToFrozenDictionary(global => global.Name, StringComparer.Ordinal);

    private TorchGlobal(string name, TorchGlobalRole role)
    {
        Name = name;
        Role = role;
    }

    private TorchGlobal(string name, TensorElementKind storageKind)
        : this(name, TorchGlobalRole.StorageType, storageKind)
    {
    }

    private TorchGlobal(string name, TorchGlobalRole role, TensorElementKind storageKind)
        : this(name, role)
    {
        StorageKind = storageKind;
    }

    /// <summary>Module and name, with a space between them.</summary>
    public string Name { get; }

    /// <summary>What it stands for.</summary>
    public TorchGlobalRole Role { get; }

    /// <summary>The element type, if this is a storage or element type.</summary>
    public TensorElementKind StorageKind { get; }

    /// <summary>The global of exactly this module and name, or null if it is not allowed.</summary>
    public static TorchGlobal? Find(string module, string name) => AllowList.GetValueOrDefault($"{module} {name}");
}
