import { vi } from 'vitest';

// Runs before each file: files that share a process share no state of modules, and what a module does after each test is done for each file.
vi.resetModules();
