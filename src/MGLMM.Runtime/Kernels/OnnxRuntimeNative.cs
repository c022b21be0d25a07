using System.Runtime.InteropServices;

namespace MGLMM.Runtime.Kernels;

/// <summary>
/// The functions of ONNX Runtime's C interface that an operator of our own needs, by their places in its table, which later versions only add to.
/// The managed package has no way to them. Immutable.
/// </summary>
internal sealed unsafe class OnnxRuntimeNative
{
    /// <summary>The version of the interface that is asked for: the first that has them all, and what <see cref="CustomOperator"/> says, with room to spare.</summary>
    public const uint Version = 22;

    private readonly void** _table;

    private OnnxRuntimeNative(void** table) => _table = table;

    /// <summary>The interface of the native library in this process; null where it has none of this version.</summary>
    public static OnnxRuntimeNative? Instance { get; } = Find();

    /// <summary>An error that ONNX Runtime owns and tells of.</summary>
    public void* Failure(string message)
    {
        const int Fail = 1;
        nint text = Marshal.StringToCoTaskMemUTF8(message);
        try
        {
            return ((delegate* unmanaged<int, byte*, void*>)_table[0])(Fail, (byte*)text);
        }
        finally
        {
            Marshal.FreeCoTaskMem(text);
        }
    }

    /// <summary>A new set of operators.</summary>
    public void* CreateDomain(byte* name)
    {
        void* domain;
        Check(((delegate* unmanaged<byte*, void**, void*>)_table[26])(name, &domain));
        return domain;
    }

    /// <summary>Puts an operator into a set. Both must outlive every session.</summary>
    public void AddOperator(void* domain, CustomOperator* custom) => Check(((delegate* unmanaged<void*, CustomOperator*, void*>)_table[27])(domain, custom));

    /// <summary>Lets sessions of these settings use a set of operators.</summary>
    public void AddDomain(nint settings, void* domain) => Check(((delegate* unmanaged<nint, void*, void*>)_table[28])(settings, domain));

    /// <summary>A whole number that a node of the graph has.</summary>
    public long Attribute(void* info, ReadOnlySpan<byte> name)
    {
        long value;
        fixed (byte* pointer = name)
        {
            Check(((delegate* unmanaged<void*, byte*, long*, void*>)_table[86])(info, pointer, &value));
        }

        return value;
    }

    /// <summary>An input of the node that is computed.</summary>
    public void* Input(void* context, nuint index)
    {
        void* value;
        Check(((delegate* unmanaged<void*, nuint, void**, void*>)_table[90])(context, index, &value));
        return value;
    }

    /// <summary>An output of the node that is computed, made with this shape.</summary>
    public void* Output(void* context, ReadOnlySpan<long> shape)
    {
        void* value;
        fixed (long* dimensions = shape)
        {
            Check(((delegate* unmanaged<void*, nuint, long*, nuint, void**, void*>)_table[91])(context, 0, dimensions, (nuint)shape.Length, &value));
        }

        return value;
    }

    /// <summary>Where a tensor's numbers lie.</summary>
    public void* Data(void* value)
    {
        void* data;
        Check(((delegate* unmanaged<void*, void**, void*>)_table[51])(value, &data));
        return data;
    }

    /// <summary>A tensor's shape.</summary>
    public long[] Shape(void* value)
    {
        void* info;
        Check(((delegate* unmanaged<void*, void**, void*>)_table[65])(value, &info));
        try
        {
            nuint count;
            Check(((delegate* unmanaged<void*, nuint*, void*>)_table[61])(info, &count));
            long[] shape = new long[count];
            fixed (long* dimensions = shape)
            {
                Check(((delegate* unmanaged<void*, long*, nuint, void*>)_table[62])(info, dimensions, count));
            }

            return shape;
        }
        finally
        {
            ((delegate* unmanaged<void*, void>)_table[99])(info);
        }
    }

    /// <summary>Calls a function for each of some numbers, on the threads of the session.</summary>
    public void ParallelFor(void* context, delegate* unmanaged<void*, nuint, void> body, nuint total, void* state) =>
        Check(((delegate* unmanaged<void*, delegate* unmanaged<void*, nuint, void>, nuint, nuint, void*, void*>)_table[274])(context, body, total, 0, state));

    private static OnnxRuntimeNative? Find()
    {
        try
        {
            // struct OrtApiBase { const OrtApi* (*GetApi)(uint32_t version); const char* (*GetVersionString)(); }
            void** found = (void**)OrtGetApiBase();
            void** table = found is null ? null : (void**)((delegate* unmanaged<uint, void*>)found[0])(Version);
            return table is null ? null : new OnnxRuntimeNative(table);
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            return null;
        }
    }

    private void Check(void* status)
    {
        if (status is null)
        {
            return;
        }

        string message = Marshal.PtrToStringUTF8((nint)((delegate* unmanaged<void*, byte*>)_table[2])(status)) ?? "ONNX Runtime gave an error without words.";
        ((delegate* unmanaged<void*, void>)_table[93])(status);
        throw new InvalidOperationException(message);
    }

    [DllImport("onnxruntime", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint OrtGetApiBase();
}

/// <summary>OrtCustomOp of ONNX Runtime's C interface: what it asks of an operator, in the order of its header. What is not there stays null.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CustomOperator
{
    public uint Version;
    public void* CreateKernel;
    public delegate* unmanaged<CustomOperator*, byte*> GetName;
    public delegate* unmanaged<CustomOperator*, byte*> GetExecutionProviderType;
    public delegate* unmanaged<CustomOperator*, nuint, int> GetInputType;
    public delegate* unmanaged<CustomOperator*, nuint> GetInputTypeCount;
    public delegate* unmanaged<CustomOperator*, nuint, int> GetOutputType;
    public delegate* unmanaged<CustomOperator*, nuint> GetOutputTypeCount;
    public void* KernelCompute;
    public delegate* unmanaged<void*, void> KernelDestroy;
    public delegate* unmanaged<CustomOperator*, nuint, int> GetInputCharacteristic;
    public delegate* unmanaged<CustomOperator*, nuint, int> GetOutputCharacteristic;
    public delegate* unmanaged<CustomOperator*, nuint, int> GetInputMemoryType;
    public delegate* unmanaged<CustomOperator*, int> GetVariadicInputMinArity;
    public delegate* unmanaged<CustomOperator*, int> GetVariadicInputHomogeneity;
    public delegate* unmanaged<CustomOperator*, int> GetVariadicOutputMinArity;
    public delegate* unmanaged<CustomOperator*, int> GetVariadicOutputHomogeneity;
    public delegate* unmanaged<CustomOperator*, void*, void*, void**, void*> CreateKernelV2;
    public delegate* unmanaged<void*, void*, void*> KernelComputeV2;
    public void* InferOutputShape;
    public delegate* unmanaged<CustomOperator*, int> GetStartVersion;
    public delegate* unmanaged<CustomOperator*, int> GetEndVersion;
    public void* GetMayInplace;
    public void* ReleaseMayInplace;
    public void* GetAliasMap;
    public void* ReleaseAliasMap;
}
